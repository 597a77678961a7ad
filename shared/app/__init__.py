"""How a service's web application is put together, the same way for all four."""
