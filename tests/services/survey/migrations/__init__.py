"""Tests of the survey's revisions."""
