"""A seeded data set with gaps, and what computed its reference values."""
