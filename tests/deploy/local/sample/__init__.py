"""Tests of `deploy/local/sample`."""
