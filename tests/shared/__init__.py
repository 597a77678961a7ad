"""Tests of the shared house, against a real PostgreSQL."""
