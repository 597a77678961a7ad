"""Change feeds: what a service tells the others, so that all end up knowing the same."""
