"""Tests of what people see of themselves."""
