"""Instruments: the questionnaires as versioned data files, and what a valid one is."""
