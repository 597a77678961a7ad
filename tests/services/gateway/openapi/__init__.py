"""services/gateway/openapi."""
