"""services/gateway/access."""
