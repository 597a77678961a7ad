"""The map of a case: areas, units, laws and professionals around a citizen, as data and as a picture."""
