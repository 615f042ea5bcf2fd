"""HSDS: the standard's API, its exports and its conformance check."""
