"""Training of a sample district: posted strength, a session that was held and counted by rank, one ahead, a visit.

For the demo alone: rows are written as the past left them; numbers of people, no names.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import Organization
from directory_service.organizations.store.tables_strength import PostedStrength
from directory_service.partnership.domain import visits
from directory_service.partnership.store.tables_study import StudyCount
from directory_service.partnership.store.tables_training import TrainingCount, TrainingSession, TrainingTrainer
from directory_service.partnership.store.tables_visits import HostedVisit
from service_kit.ids import Ids
from setu.india import day_in_india
from setu.roles import PRISON

POSTED: Mapping[str, Mapping[str, int]] = {
    "police_unit": {"PC": 40, "HC": 12, "ASI": 6, "SI": 5, "INSP": 1},
    "prison": {"WARDER": 30, "HEAD_WARDER": 8, "JAILOR": 2, "NURSE": 3},
}
CAME: Mapping[str, Mapping[str, int]] = {
    "police_unit": {"PC": 18, "HC": 5, "SI": 2},
    "prison": {"WARDER": 9, "NURSE": 2},
}
TOPICS = ("overdose", "consent", "women")
PLACE = "Hall of the police lines"


def sample_training(session: Session, units: Sequence[UUID], provider: UUID, now: datetime, *, ids: Ids) -> None:
    """Write it for units of one district; the second of them sent nobody yet. Needs the worker's role."""
    today = day_in_india(now)
    rows = [session.get_one(Organization, each) for each in units]
    for row in rows:
        for rank, posted in POSTED[_kind(row)].items():
            strength = {"organization_id": row.id, "scope": "own", "rank": rank, "posted": posted}
            session.add(PostedStrength(**strength, as_of=today - timedelta(90), source="Roll call", entered_at=now))
    held = _session(session, rows[0], provider, today - timedelta(days=30), "held", now, ids)
    for row in (rows[0], *(each for each in rows if each.kind == PRISON)):
        for rank, came in CAME[_kind(row)].items():
            count = {"session_id": held, "organization_id": row.id, "district_code": row.district_code}
            session.add(TrainingCount(id=ids.uuid(), **count, rank=rank, attended=came, repeat=0, entered_at=now))
    _session(session, rows[0], provider, today + timedelta(days=12), "planned", now, ids)
    for passed, answered in ((True, 14), (False, 3)):
        month = {"district_code": rows[0].district_code, "month": (today.replace(day=1) - timedelta(1)).replace(day=1)}
        session.add(StudyCount(**month, card="overdose", version=1, passed=passed, answered=answered))
    _visit(session, rows[0], provider, today + timedelta(days=20), now, ids)


def _session(
    session: Session, unit: Organization, provider: UUID, day: date, state: str, now: datetime, ids: Ids
) -> UUID:
    made = TrainingSession(
        id=ids.uuid(),
        district_code=unit.district_code,
        day=day,
        place=PLACE,
        topics=list(TOPICS),
        state=state,
        created_at=now,
    )
    session.add(made)
    session.flush()
    for trainer in (unit.id, provider):
        session.add(TrainingTrainer(session_id=made.id, organization_id=trainer, district_code=unit.district_code))
    return made.id


def _visit(session: Session, unit: Organization, provider: UUID, day: date, now: datetime, ids: Ids) -> None:
    shown = select(Service.id).where(Service.organization_id == provider, Service.public, Service.deleted_at.is_(None))
    service = session.scalar(shown.order_by(Service.id).limit(1))
    if service is None:
        return
    session.add(
        HostedVisit(
            id=ids.uuid(),
            district_code=unit.district_code,
            unit_id=unit.id,
            provider_id=provider,
            service_id=service,
            day=day,
            seats=6,
            state=visits.AGREED,
            version=2,
            asked_at=now,
        )
    )


def _kind(row: Organization) -> str:
    return PRISON if row.kind == PRISON else "police_unit"
