"""Tests of the map of a case."""
