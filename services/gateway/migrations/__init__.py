"""How the gateway's database came to be."""
