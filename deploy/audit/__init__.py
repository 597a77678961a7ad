"""Checks that nobody meddled with the audit, against heads that are kept outside the databases."""
