"""Tests of what the typed clients are generated from."""
