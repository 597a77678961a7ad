"""Tests of `services/survey/answers`."""
