"""Synchronisation: what a source sends becomes its part of the organisation, and nothing else's."""
