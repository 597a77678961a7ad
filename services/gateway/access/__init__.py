"""Who may call at all: tenants, the issuers they trust and the clients they let in."""
