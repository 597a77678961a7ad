"""The page people answer on: a client of the public calls only, so any front end can take its place."""
