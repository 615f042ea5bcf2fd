"""Query object of the worklist: which part of the inbox is shown, in which order, from where on.

Why: filters, counts, paging and the address of a page speak of the same few names. Promises: pure; no part is about a
need, so none can come into an address (rule 6). When not to use it: for a coordinator's list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from setu.india import day_in_india, midnight_in_india


class Part(StrEnum):
    """A filter of the worklist. A ghost that waits for an answer is in each part that it would be in otherwise."""

    ALL = "all"
    WAITING = "waiting"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    URGENT = "urgent"
    DUE_TODAY = "due_today"
    ASKED_BACK = "asked_back"
    ON_HOLD = "on_hold"
    ENDED = "ended"


class Order(StrEnum):
    """What the worklist is sorted by."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class WorklistQuery:
    """`limit` rows of a part behind the sort key `after`; `sent_after` (aware) leaves out what was sent before.

    `reference` is a piece of a reference, bare symbols; with it every part is looked through, the ended ones too.
    """

    part: Part = Part.ALL
    order: Order = Order.DUE
    limit: int = 25
    after: tuple[datetime, UUID] | None = None
    sent_after: datetime | None = None
    reference: str = ""


@dataclass(frozen=True)
class WorklistCounts:
    """How many referrals each part holds, and when the newest open one was sent (None: there is none)."""

    of: Mapping[Part, int]
    newest: datetime | None


def end_of_today(now: datetime) -> datetime:
    """The midnight in India that ends the day of `now`, in UTC."""
    return midnight_in_india(day_in_india(now) + timedelta(days=1)).astimezone(UTC)
