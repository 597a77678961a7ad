"""Scores over REST: of a case, and over all cases of a tenant."""
