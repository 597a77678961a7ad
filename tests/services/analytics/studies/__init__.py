"""Tests of studies: the arms, and how they differ."""
