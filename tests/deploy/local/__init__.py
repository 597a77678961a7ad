"""Tests of the runner for one machine, against real processes and a real PostgreSQL."""
