"""Tests of the linter of docs/openapi."""
