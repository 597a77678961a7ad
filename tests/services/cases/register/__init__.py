"""Cases and registrations."""
