"""Tokens from outside: issued to clients, verified, and exchanged for the house's own."""
