"""Sweep over hidden places for what the release before kept of them: all of them twice, else those changed of late.

Why: what was hidden before this release is looked through at the start of each worker. While processes of the release
before run beside this one, they go on hiding places their way; that moves `location.modified_at`, so the next round
finds it among what changed within the last day. What else they write of places that were hidden already (an exact field
alone, a row of a service that an import brings back) is found a day after the start, by when an upgrade is over.
Promises: any other round reads only what changed of late, however many places are hidden. When not to use it: for what
this release may leave behind itself. It goes with the first release that does not run beside 0.1.0.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from service_kit.clock import Clock
from service_kit.db.engine import Database

OF_LATE = timedelta(days=1)
"""More than an import takes, whose places have the moment at which it began."""

Mend = Callable[[Database, datetime, datetime | None], int]


class HiddenPlacesSweep:
    """Rounds of one mend in one process. `mend` gets the time, and since when a place has changed (None: all)."""

    def __init__(self, mend: Mend, db: Database, clock: Clock) -> None:
        self._mend, self._db, self._clock = mend, db, clock
        self._whole_rounds: list[datetime] = []

    def run_round(self) -> int:
        """How much was mended. A round that raises is begun again as it was."""
        now = self._clock.now()
        is_whole = not self._whole_rounds or (len(self._whole_rounds) == 1 and now >= self._whole_rounds[0] + OF_LATE)
        mended = self._mend(self._db, now, None if is_whole else now - OF_LATE)
        if is_whole:
            self._whole_rounds.append(now)
        return mended
