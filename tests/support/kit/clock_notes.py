"""Notes of a worker that was at work, by which a later time is believed or not."""

from datetime import datetime, timedelta

from service_kit.db.clock_notes import note_time
from service_kit.db.engine import Database


def at_work(database: Database, since: datetime, until: datetime) -> None:
    """A worker noted every hour of this span."""
    at = since
    while at <= until:
        note_time(database, at, synchronised=False)
        at += timedelta(hours=1)
