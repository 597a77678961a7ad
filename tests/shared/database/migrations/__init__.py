"""Tests of what revisions share."""
