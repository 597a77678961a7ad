"""The linter of docs/openapi: Spectral with its OpenAPI rules and OWASP's, from pins with hashes."""
