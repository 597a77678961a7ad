"""Tests of the generated clients: `make clients` makes and compiles them before; `make test` runs none."""
