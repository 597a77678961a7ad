"""Tests of the methods: reference values, hand values and degenerate inputs."""
