"""A data folder in the documented CSV layout: reading, checking, and the ids of what is in it."""
