"""Whole organisations as other systems know them, by those systems' own references."""
