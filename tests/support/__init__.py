"""What tests stand on: a real PostgreSQL, real services on loopback, and signed callers."""
