"""Numbered tries of a message or a webhook, as both their pages list them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

Try = TypeVar("Try")


class Claimable(Protocol):
    """A row of one of the two queues."""

    @property
    def state(self) -> str:
        """`sending` while it is claimed."""
        ...

    @property
    def attempts(self) -> int:
        """How many tries were begun."""
        ...

    @property
    def lease_until(self) -> datetime | None:
        """Until when somebody holds it."""
        ...


def number_tries(
    row: Claimable, recorded: Mapping[int, Try], lease: timedelta, now: datetime
) -> list[tuple[int, Try | None]]:
    """Return (number, try), newest first; None where the process ended before it could write how the try went."""
    under_way = row.state == "sending" and row.lease_until is not None and now < row.lease_until <= now + lease
    newest = row.attempts - 1 if under_way else row.attempts
    return [(number, recorded.get(number)) for number in range(newest, 0, -1)]
