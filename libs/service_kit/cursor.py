"""Cursor of a list that runs in one order: the sort key of the last row shown, as opaque text.

Pages neither skip nor repeat while rows are added, and a cursor holds no more than the page itself did. `Cursor` is for
lists ordered by an instant and an id; a list with another order has a cursor of its own and takes the codec from here.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

Item = TypeVar("Item")
LARGEST_PAGE, USUAL_PAGE = 100, 25
"""Items on a page of any list: at most, and where nobody says how many."""


class BadCursor(ValueError):
    """The text is no cursor of this list; the edge answers 400 and names the parameter."""

    field = "cursor"

    def __init__(self) -> None:
        super().__init__("This cursor is not valid for this list.")


class Cursor(NamedTuple):
    """The sort key of the last row of the page before: an instant (aware) and an id. A query compares it as it is."""

    at: datetime
    id: UUID


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Items in order; `next` is the cursor of the following page, None on the last."""

    items: Sequence[Item]
    next: str | None


def encode_bytes(content: bytes) -> str:
    """Return the bytes of any cursor as URL-safe text."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decode_bytes(text: str) -> bytes:
    """Return the bytes of such a text. Raises BadCursor where it is none."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise BadCursor from None


def encode(at: datetime, row: UUID) -> str:
    """Return the cursor of a list's last item as URL-safe text; `at` is aware."""
    return encode_bytes(f"{at.isoformat()}|{row}".encode())


def decode(text: str | None) -> Cursor | None:
    """Return where to go on, None for the start. Raises BadCursor for anything that `encode` did not make."""
    if text is None:
        return None
    try:
        at, _, row = decode_bytes(text).decode().partition("|")
        cursor = Cursor(datetime.fromisoformat(at), UUID(row))
    except ValueError:  # what is not UTF-8 is a ValueError too
        raise BadCursor from None
    if cursor.at.tzinfo is None:
        raise BadCursor
    return cursor
