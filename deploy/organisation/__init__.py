"""Turns what municipalities have, CSV files or OS2mo, into the snapshot that Samspil takes."""
