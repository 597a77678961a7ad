"""Tests of the page in a real Chromium: `make test-browser` runs them, `make test` needs no browser."""
