"""Tests of what every request passes and how it is refused."""
