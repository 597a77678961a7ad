"""Tests of the page people answer on."""
