"""Tests of how often each caller may ask."""
