"""Rounds: one wave for one case, with its measurements and invitations."""
