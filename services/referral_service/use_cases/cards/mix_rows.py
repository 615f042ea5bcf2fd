"""Batch rewrite, once a day, of rows whose transaction would lead from a card to an officer, an arrival or a voice.

Why: columns say of a card that was handed out alone, and of a "no", the day and no account or hour; but the rows of one
transaction have its number in common, which a query reads. Promises: once a day of India is over, its rows have the
numbers of the batch, which tell that day at most; nothing is told to the survivor log. A worker that was away for days
catches up. When not to use it: against somebody who has the server's files; its write-ahead log has each transaction
with its moment (docs/privacy.md).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from referral_service.store.row_mixing import STATEMENTS, mix
from service_kit.db.engine import Database
from setu.india import day_in_india

CAUGHT_UP = timedelta(days=7)


@dataclass
class RowMixing:
    """The batches of one worker process; `db` is the worker's."""

    db: Database
    mixed_on: date | None = None

    def mix_once_a_day(self, now: datetime) -> bool:
        """Mix the days that are over, unless this process did so today; whether it did."""
        today = day_in_india(now)
        if self.mixed_on == today:
            return False
        for statement in STATEMENTS:
            with self.db.transaction() as session:
                mix(session, statement, today - CAUGHT_UP, today)
        self.mixed_on = today
        return True
