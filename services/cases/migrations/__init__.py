"""Revisions of the register's database."""
