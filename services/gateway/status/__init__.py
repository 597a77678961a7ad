"""How the whole of Samspil is doing, for those who run it."""
