"""Tests of `services/survey/erasure`."""
