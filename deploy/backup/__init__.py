"""Backups of all four databases together, and the way back; deletions since then are done again first."""
