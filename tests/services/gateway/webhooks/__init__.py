"""Tests of webhooks: who may be told, how it is signed and sent, and that nothing is lost."""
