"""Refusal of a value that cannot be read."""


class BadValue(ValueError):
    """A value that cannot be read; the message names column and value."""
