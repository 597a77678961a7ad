"""Revisions of the survey's database."""
