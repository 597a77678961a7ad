"""Tests of collaboration groups' results."""
