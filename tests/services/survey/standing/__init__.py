"""Standing: who may see which round."""
