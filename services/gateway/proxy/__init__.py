"""Passes requests on to the service that owns their path, and the answers back."""
