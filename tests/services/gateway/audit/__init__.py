"""The audit as the gateway keeps and shows it."""
