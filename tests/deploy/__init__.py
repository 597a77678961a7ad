"""Tests of how Samspil is started."""
