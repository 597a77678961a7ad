"""Questionnaires: instruments, rounds, invitations and answers."""
