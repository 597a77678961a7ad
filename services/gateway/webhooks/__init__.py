"""Webhooks: who is told of which events where, and telling them until they have heard."""
