"""Tests of data protection in the register."""
