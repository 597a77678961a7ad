"""Converters: what municipalities have becomes a snapshot, and nothing else of it goes on."""
