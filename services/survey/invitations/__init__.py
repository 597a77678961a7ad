"""Invitations: who is asked, how each is reached, and what is sent to whom and when."""
