"""services/gateway/migrations."""
