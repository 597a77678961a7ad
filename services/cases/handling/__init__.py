"""Handling: what people do to cases by hand: hand over, join two that are one, split what are two."""
