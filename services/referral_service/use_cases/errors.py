"""Errors of the use cases; `app.py` maps each to a problem.

`domain.lifecycle.NotAllowed` (409) and the kit's `Problem` (422 with fields) are the other two.
"""


class NotFound(Exception):
    """There is no such thing, or it is another's: the same answer for both (rule 10)."""


class Gone(Exception):
    """It was the caller's to see and has been destroyed."""
