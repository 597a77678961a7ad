"""Backups: what they refuse, what they keep, and that nothing deleted comes back."""
