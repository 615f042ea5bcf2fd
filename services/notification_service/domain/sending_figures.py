"""Small-number suppression of the figures of sending: what may be said of a channel's day.

Why: they tell whether a provider of mail or messages works, never that somebody was written to. They are
of the whole installation, and still a day with few messages is not told apart. Promises: pure; counts below ten are
hidden and the rest rounded to five; a share needs thirty messages, a delay ten. Not for figures of people: those are
the referral service's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FEWEST, FEWEST_OF_SHARE, _STEP = 10, 30, 5
DAYS = 14


@dataclass(frozen=True, slots=True)
class SendingDay:
    """What was tallied of one channel on one day in India. `delays`: seconds, half and 95 of 100 took no longer."""

    channel: str
    day: date
    taken: int
    given_up: int
    delays: tuple[float, float] | None

    @property
    def volume(self) -> int:
        """How many messages ended that day, either way."""
        return self.taken + self.given_up


@dataclass(frozen=True, slots=True)
class ShownDay:
    """What may be said of it; None where it is too little. `share`: per cent that was taken; `delays`: seconds."""

    day: date
    volume: int | None
    share: int | None
    delays: tuple[float, float] | None


def shown_days(tallied: Iterable[SendingDay], channels: Iterable[str], today: date) -> Mapping[str, Sequence[ShownDay]]:
    """Return channel → its last days, today the last, days without a message among them."""
    known = {(each.channel, each.day): each for each in tallied}
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    return {
        channel: [_shown(known.get((channel, day)) or SendingDay(channel, day, 0, 0, None)) for day in days]
        for channel in channels
    }


def _shown(found: SendingDay) -> ShownDay:
    volume = found.volume
    return ShownDay(
        found.day,
        None if volume < FEWEST else (2 * volume + _STEP) // (2 * _STEP) * _STEP,
        None if volume < FEWEST_OF_SHARE else _share(found.taken, volume),
        None if found.taken < FEWEST else found.delays,
    )


def _share(taken: int, volume: int) -> int:
    """Per cent; never 100 or 0 by rounding, so that a trouble is seen."""
    rounded = round(100 * taken / volume)
    return rounded if taken in (0, volume) else min(max(rounded, 1), 99)
