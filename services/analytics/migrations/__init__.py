"""Revisions of the analytics database."""
