"""The gateway, before real servers on loopback and a real PostgreSQL."""
