"""Tests of how well instruments measure."""
