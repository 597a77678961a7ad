"""Tests of the events that are told outside: recording them once, and pulling them in order."""
