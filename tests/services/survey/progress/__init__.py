"""Tests of `services/survey/progress`."""
