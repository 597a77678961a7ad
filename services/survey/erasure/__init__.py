"""Erasure: what the register erased goes here, too, and everybody else's answers stay as they are."""
