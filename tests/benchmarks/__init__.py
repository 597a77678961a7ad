"""Tests of what is measured, simulated and compared."""
