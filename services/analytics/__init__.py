"""Scores: the projection of all answers, the statistics over it, and the one way out."""
