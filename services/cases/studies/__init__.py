"""Studies: which cases are compared, and how they came into their arms."""
