"""Exports: all that the survey holds about one citizen or employee, for whoever may have it."""
