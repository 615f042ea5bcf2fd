"""Attendance from a file: what it would store as of now, and doing it. The coordinator sends it."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from directory_service.organizations.store.strength import aliases_by_district
from directory_service.partnership.domain.training_file import (
    CountPlan,
    FileSession,
    FileUnit,
    TrainingKnowledge,
    plan_counts,
)
from directory_service.partnership.store.training import sessions_of, trained_units
from directory_service.partnership.use_cases.training.count_training import count_training
from service_kit.errors import Stale
from service_kit.identity import Principal
from service_kit.ids import Ids
from setu.india import day_in_india

MOST_SESSIONS = 1000  # of the coordinator's districts, the latest first, that a file may name


def preview_counts(session: Session, who: Principal, content: bytes, now: datetime) -> CountPlan:
    """What the file would store. Raises BadSheet where it cannot be used."""
    sessions = sessions_of(session, who.districts, MOST_SESSIONS)
    known = TrainingKnowledge(
        {str(row.id): FileSession(row.id, row.district_code, row.day, row.state) for row in sessions},
        {
            unit.code: FileUnit(unit.id, unit.kind, unit.district)
            for unit in trained_units(session, who.districts)
            if unit.code
        },
        aliases_by_district(session, who.districts),
    )
    return plan_counts(content, known, day_in_india(now))


def tag_of(plan: CountPlan) -> str:
    """The same for the same preview."""
    return sha256(repr((plan.counts, plan.faults)).encode()).hexdigest()[:32]


def upload_counts(session: Session, who: Principal, content: bytes, now: datetime, *, seen: str, ids: Ids) -> CountPlan:
    """Do it. Raises Stale where it is not what was seen, or has a fault."""
    plan = preview_counts(session, who, content, now)
    if plan.faults or tag_of(plan) != seen:
        raise Stale
    for (training, unit), counts in plan.counts.items():
        count_training(session, who, training, unit, counts.values(), now, ids=ids)
    return plan
