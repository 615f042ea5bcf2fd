"""Settle who is home wherever it is out of step, and gauge where nobody coordinates: a clock of the worker.

Why: a transaction of somebody who signs in, or resets, sees no organisation but the own; and districts, suspensions and
imports change whose district falls to a state without any membership changing. An upgrade settles itself this way, too:
rows of an older version say nothing, and differ. Not for what `publish_staffing` can do at once.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from directory_service.accounts.store import staffing
from directory_service.accounts.use_cases.publish_staffing import publish_staffing
from service_kit import metrics
from service_kit.db.engine import Database

AT_ONCE = 500  # organisations a transaction

_state_bodies = metrics.gauge(
    "state_bodies_without_coordinator", "Bodies of a whole state without a coordinator who can sign in"
)
_districts = metrics.gauge(
    "districts_without_coordinator", "Districts with people at work, and no coordinator of theirs or of their state"
)


def settle_staffing(db: Database, now: datetime) -> int:
    """Publish what is out of step and set the gauges; the number of organisations. `now` is aware."""
    settled = 0
    while found := _settle_batch(db, now):
        settled += len(found)
    with db.transaction() as session:
        missing = staffing.count_uncoordinated(session)
    _state_bodies.set(missing.state_bodies)
    _districts.set(missing.districts)
    return settled


def _settle_batch(db: Database, now: datetime) -> Sequence[UUID]:
    with db.transaction() as session:
        found = staffing.unsettled(session, AT_ONCE)
        publish_staffing(session, found, now)
    return found
