"""Files of results for other programs: the same figures as the views, never one more."""
