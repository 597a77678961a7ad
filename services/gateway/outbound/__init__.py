"""Calls from the gateway to addresses that others chose."""
