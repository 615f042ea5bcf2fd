"""Clock: the one way to read the time.

Every instant in Setu is an aware `datetime` in UTC; screens turn it into the site's zone. Code that
decides takes `now` as an argument; code that needs to ask takes a `Clock`. Nothing else calls
`datetime.now`, so a test can stand at any moment. Not for measuring durations: use `time.monotonic`.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)


class FrozenClock:
    """A clock that stands still until it is moved. For tests and rehearsals."""

    def __init__(self, at: datetime) -> None:
        self._at = _in_utc(at)

    def now(self) -> datetime:
        """The instant at which it stands, aware, in UTC."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move on by a duration (a negative one moves back)."""
        self._at += by

    def set(self, at: datetime) -> None:
        """Stand at another instant (aware)."""
        self._at = _in_utc(at)


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC)
