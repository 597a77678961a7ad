"""Tests of change log, feed, bell and consumer."""
