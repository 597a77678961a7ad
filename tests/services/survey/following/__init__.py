"""Tests of `services/survey/following`."""
