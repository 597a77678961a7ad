"""Tests of what is held of tenants."""
