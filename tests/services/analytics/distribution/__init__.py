"""Tests of distributions and response."""
