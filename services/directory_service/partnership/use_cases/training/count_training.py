"""Count who came to a training session, by rank: the coordinator of any unit, a supervisor of the own.

The numbers replace what was there for the same unit and ranks, so a second try counts nobody twice. A session is held
once the coordinator counted or said so, which can be taken back for some days, or by the clock where units alone
counted (`hold_counted_sessions.py`); only then does it stand in the coverage.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.domain.ranks import RANKS
from directory_service.partnership.domain.meetings import NotNow
from directory_service.partnership.domain.training import HELD, PLANNED, RankCount, can_take_back, check_countable
from directory_service.partnership.store.tables_training import TrainingSession
from directory_service.partnership.store.training import trained_units, write_counts
from directory_service.partnership.use_cases.training.find_training import find_seen_training, find_training
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.ids import Ids
from setu.india import day_in_india
from setu.roles import COORDINATOR


def count_training(
    session: Session,
    who: Principal,
    training: UUID,
    unit: UUID | None,
    counts: Collection[RankCount],
    now: datetime,
    *,
    ids: Ids,
) -> TrainingSession:
    """Store the counts of a unit, or (the coordinator, `unit` None) of several together.

    Raises NotFound for another's unit or district, NotNow before the day or where it was called off, ValueError for a
    rank that such a unit does not have.
    """
    coordinates = who.role == COORDINATOR
    row = find_training(session, who, training, for_update=coordinates)
    check_countable(row.state, row.day, day_in_india(now))
    kinds = {each.id: each.kind for each in trained_units(session, (row.district_code,))}
    if (unit not in kinds and not (unit is None and coordinates)) or (not coordinates and unit != who.organization):
        raise NotFound
    wrong = [count for count in counts if RANKS[count.rank].kind not in ({kinds[unit]} if unit else kinds.values())]
    if wrong:
        raise ValueError(wrong)
    write_counts(session, row, unit, counts, now, ids=ids)
    if coordinates:
        _hold(row, now)
    audit.record(session, "training.count", ("training", row.id), who, now)
    return row


def hold_training(session: Session, who: Principal, training: UUID, seen: int, now: datetime) -> TrainingSession:
    """Say that it was held. Raises NotFound, Stale; NotNow before its day, or where it was called off."""
    row = find_seen_training(session, who, training, seen)
    check_countable(row.state, row.day, day_in_india(now))
    _hold(row, now)
    audit.record(session, "training.hold", ("training", row.id), who, now)
    return row


def take_back_held(session: Session, who: Principal, training: UUID, seen: int, now: datetime) -> TrainingSession:
    """Take back to have said or counted that it was held: it is planned again, and its numbers stay.

    Raises NotFound, Stale; NotNow where nobody said so within the last days.
    """
    row = find_seen_training(session, who, training, seen)
    if not can_take_back(row.state, row.said_at, now):
        raise NotNow(row.state)
    row.state, row.said_at, row.version = PLANNED, now, row.version + 1
    audit.record(session, "training.unhold", ("training", row.id), who, now)
    return row


def _hold(row: TrainingSession, now: datetime) -> None:
    """On the coordinator's word: from then on it stays held, whatever units take back. Said again, no later."""
    if row.state != HELD or row.held_by_counts:
        row.said_at = now
    row.state, row.held_by_counts, row.version = HELD, False, row.version + 1
