"""Relational capacity by unit, group, area, municipality, role and complexity, and between them."""
