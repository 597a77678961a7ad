"""Tests of transactions, roles and revisions."""
