"""Tests of `services/survey/exports`."""
