"""Collaboration groups: people measured together without a citizen case."""
