"""How operators see how it all is doing."""
