"""Cases, the registrations that feed them, and who takes part in them."""
