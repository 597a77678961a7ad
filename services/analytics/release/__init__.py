"""The one way out: decides who may see which figure, and from which group size."""
