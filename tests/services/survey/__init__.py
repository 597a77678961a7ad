"""Tests of `services/survey`."""
