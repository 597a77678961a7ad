"""The typed clients of `clients/`: generated from docs/openapi, compiled strictly."""
