"""How often each caller may ask: counted by token, without one by address; refuses what is above it."""
