"""Who may call what, of whom: every operation, by every kind of caller, through the gateway."""
