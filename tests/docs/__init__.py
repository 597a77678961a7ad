"""Tests of what the documents let a reader run."""
