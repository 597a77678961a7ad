"""How complex a case is, and why."""
