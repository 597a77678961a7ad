"""What happens in a tenant as it is told outside: one log of thin events, to pull and to push."""
