"""Tests of `services/survey/instruments`."""
