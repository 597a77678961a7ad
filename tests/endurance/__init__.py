"""What takes minutes: `make test-endurance` runs it, `make soak` for longer, `make test` never."""
