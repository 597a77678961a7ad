"""Measurements, as ratios and percentiles within one run; the figures are kept in docs/performance.md."""
