"""Tests of tokens and policies."""
