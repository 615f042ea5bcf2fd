"""Retry schedule of messages, as data: when an unsent message is tried again, and when it is given up.

`SCHEDULE[n]` is the wait after failed attempt n+1, doubled or more each time, ±20 % jitter so that a provider that
comes back is not met by everything at once. After the last one the delivery has failed and stays visible as failed.
Not for how long a message is worth sending at all: that is `worth_sending` of `routing_table.py`.
"""

from datetime import datetime, timedelta

SCHEDULE = tuple(timedelta(seconds=s) for s in (15, 60, 240, 900, 3_600, 10_800, 28_800))
MAX_ATTEMPTS = len(SCHEDULE) + 1
JITTER = 0.2
LEASE = timedelta(minutes=5)  # longer than the slowest call to a provider may take, so two never send at once


def next_attempt(attempts: int, now: datetime, chance: float) -> datetime | None:
    """Return when to try again after `attempts` failures (1 or more), None when it is time to give up.

    `chance` is a random number in [0, 1); it places the moment inside the jitter.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    wait = SCHEDULE[attempts - 1]
    return now + wait * (1 - JITTER + 2 * JITTER * chance)
