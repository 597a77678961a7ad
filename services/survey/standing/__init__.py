"""Standing: each case and group as the register tells of it, and so who may see its rounds."""
