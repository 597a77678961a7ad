"""Tests of associations: leadership, relational capacity, and what the citizen experiences."""
