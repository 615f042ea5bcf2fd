"""Hostile test of a running local stack, family by family: `make attack`."""
