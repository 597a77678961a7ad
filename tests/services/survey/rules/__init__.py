"""Rules that open rounds by themselves."""
