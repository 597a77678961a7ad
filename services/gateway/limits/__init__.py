"""How often each caller may ask: counted by token, never by address; refuses what is above it."""
