"""The services together: what only shows when they work with each other."""
