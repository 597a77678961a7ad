"""Scores over REST: of a case, of a leader, and over all cases of a tenant."""
