"""Rounds and invitations."""
