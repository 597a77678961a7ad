"""services/gateway/proxy."""
