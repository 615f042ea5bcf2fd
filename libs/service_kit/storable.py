"""Check for text that PostgreSQL can store: no NUL, no lone surrogate (RFC 3629 §3).

Checked where text comes in (requests, events), since a driver finds it only in the middle of a transaction.
"""


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL and UTF-8 can hold the text."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text))
