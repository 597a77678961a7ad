"""Tests of what callers are told of themselves."""
