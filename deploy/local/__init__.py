"""The runner for one machine: embedded PostgreSQL, the four services, nothing installed outside."""
