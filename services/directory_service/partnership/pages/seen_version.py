"""The version that a form was made of, as it comes back with the form."""

from flask import request

_LONGEST = 9  # digits


def seen_version() -> int:
    """The number in the field `seen`; -1, which no row has, where it is none."""
    typed = request.form.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST else -1
