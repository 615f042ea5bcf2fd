"""Retry schedule of webhooks, as data: when a message is tried again, when an endpoint is given up.

`SCHEDULE[n]` is the wait after failed attempt n+1, with up to a tenth more, so that an endpoint that comes back is not
met by everything at once. Source: https://www.standardwebhooks.com, "Deliverability and reliability". Durations only;
moments are aware.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
SCHEDULE = (
    timedelta(seconds=5),
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
MAX_ATTEMPTS = len(SCHEDULE) + 1
JITTER = 0.1
LONGEST_RETRY_AFTER = timedelta(hours=24)
FAILING_FOR = timedelta(days=5)
"""An endpoint that took nothing for so long is disabled at its next failure."""
LEASE = timedelta(minutes=1)
"""Longer than an attempt may take (`outside/webhooks.py`), so two never send one message at once."""
TRY_NOW_EVERY = timedelta(minutes=1)
"""So often its owner may have a message of an endpoint tried at once: whoever presses is no flood to whom it goes."""
GONE = 410
BUSY = frozenset({429, 502, 503, 504})
"""Answers that ask to come back later: then nothing else is sent to the endpoint either."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one attempt ended: the status that came back, or a word for why none did. `retry_after`: as asked for."""

    status: int | None = None
    error: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the endpoint has the message."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint says that it wants nothing more."""
        return self.status == GONE


def next_attempt(attempts: int, now: datetime, chance: float, retry_after: timedelta | None) -> datetime | None:
    """Return when to try again after `attempts` failures (1 or more), None when it is time to give up.

    `chance` in [0, 1) places the moment inside the jitter; `retry_after` only ever moves it later.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    wait = SCHEDULE[attempts - 1] * (1 + JITTER * chance)
    return now + max(wait, min(retry_after or timedelta(), LONGEST_RETRY_AFTER))


def paused_until(answer: Answer, now: datetime) -> datetime | None:
    """Return until when an endpoint that asked for it is left in peace."""
    if answer.status not in BUSY:
        return None
    return now + min(answer.retry_after or SCHEDULE[0], LONGEST_RETRY_AFTER)


def reason_to_disable(answer: Answer, failing_since: datetime | None, now: datetime) -> str | None:
    """Return why a failed attempt disables its endpoint, None where it does not."""
    if answer.is_gone:
        return "gone"
    return "failing" if failing_since is not None and failing_since <= now - FAILING_FOR else None
