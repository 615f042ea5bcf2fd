"""Errors of reading a directory: nothing can be had from there, or it broke off before its end."""


class CannotRead(ValueError):
    """Nothing can be read from there; the message says why."""


class CutShort(CannotRead):
    """A copy or a download that broke off. Trying again may help; taking what came would lose the rest."""
