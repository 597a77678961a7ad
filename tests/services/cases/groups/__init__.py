"""Tests of collaboration groups."""
