"""services/gateway/tokens."""
