"""One page of a list, and the opaque cursor to the next.

A cursor is the sort key of the last row shown, so pages neither skip nor repeat while rows are added. It holds no more
than the page itself did.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from service_kit.web.problems import WORDS, FieldError, Problem

Item = TypeVar("Item")


@dataclass(frozen=True)
class After:
    """The sort key of the last row of the page before: an instant (aware) and an id."""

    at: datetime
    id: UUID


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Items in order; `next` is the cursor of the following page, None on the last."""

    items: Sequence[Item]
    next: str | None


def to_cursor(after: After) -> str:
    """URL-safe text."""
    raw = json.dumps([after.at.isoformat(), after.id.hex], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> After:
    """Raises the 400 problem for anything that `to_cursor` did not make."""
    try:
        at, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        after = After(datetime.fromisoformat(at), UUID(hex=key))
        after.at.timestamp()
    except (ValueError, TypeError, OverflowError, AttributeError, binascii.Error):
        raise _bad() from None
    if after.at.tzinfo is None:
        raise _bad()
    return after


def _bad() -> Problem:
    return Problem(
        400, "bad-query", WORDS["bad-query"][1], [FieldError("cursor", "This cursor is not valid for this list.")]
    )
