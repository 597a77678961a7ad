"""Tests of analytics, laid out as the service is."""
