"""Progress: how many of those asked have answered, never what, and never who."""
