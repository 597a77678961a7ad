"""How well an instrument measures what it is meant to, in one wave."""
