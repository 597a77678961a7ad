"""Tests of `deploy/local/dataset`."""
