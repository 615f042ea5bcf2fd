"""Plan a training session, change it while it is ahead, call it off. The coordinator does so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from directory_service.partnership.domain.training import CANCELLED, PLANNED, TOPICS, check_cancellable, check_planned
from directory_service.partnership.store.add_once import add_once
from directory_service.partnership.store.meetings import partners_of
from directory_service.partnership.store.tables_training import TrainingSession, TrainingTrainer
from directory_service.partnership.use_cases.training.find_training import find_seen_training
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.guard import guarded


@dataclass(frozen=True)
class TrainingPlan:
    """What is planned: where and when, which parts of the curriculum, whose people train."""

    district: int
    day: date
    place: str
    topics: Sequence[str]
    trainers: Sequence[UUID]


def plan_training(session: Session, who: Principal, training: UUID, plan: TrainingPlan, now: datetime) -> None:
    """Store it, once by its id. Raises NotFound for a district or trainers that are none of the coordinator's.

    So it does for the id of another's session. Raises CaseDetails for a place that names a person or a place of use.
    """
    place = guarded(plan.place) if plan.place.strip() else ""
    _check(session, who, plan)
    made, is_new = add_once(
        session,
        TrainingSession,
        training,
        {"district_code": plan.district},
        day=plan.day,
        place=place,
        topics=_in_order(plan.topics),
        state=PLANNED,
        version=1,
        created_at=now,
    )
    if not is_new:
        return
    _write_trainers(session, made, plan.trainers)
    audit.record(session, "training.plan", ("training", training), who, now)


def change_training(
    session: Session, who: Principal, training: UUID, plan: TrainingPlan, seen: int, now: datetime
) -> TrainingSession:
    """Change what is ahead; its district stays. Raises NotFound, Stale, CaseDetails; NotNow once it is over."""
    place = guarded(plan.place) if plan.place.strip() else ""
    row = find_seen_training(session, who, training, seen)
    check_planned(row.state)
    _check(session, who, plan)
    row.day, row.place, row.topics = plan.day, place, _in_order(plan.topics)
    row.version += 1
    session.execute(delete(TrainingTrainer).where(TrainingTrainer.session_id == row.id))
    _write_trainers(session, row, plan.trainers)
    audit.record(session, "training.change", ("training", row.id), who, now)
    return row


def cancel_training(session: Session, who: Principal, training: UUID, seen: int, now: datetime) -> TrainingSession:
    """Call it off, also where nobody but units that counted says that it was held. Raises NotFound, Stale, NotNow."""
    row = find_seen_training(session, who, training, seen)
    check_cancellable(row.state, held_by_counts=row.held_by_counts)
    row.state, row.held_by_counts, row.version = CANCELLED, False, row.version + 1
    audit.record(session, "training.cancel", ("training", row.id), who, now)
    return row


def _check(session: Session, who: Principal, plan: TrainingPlan) -> None:
    if plan.district not in who.districts:
        raise NotFound
    theirs = {partner.id for partner in partners_of(session, plan.district)} | {who.organization}
    if not set(plan.trainers) <= theirs:
        raise NotFound


def _write_trainers(session: Session, row: TrainingSession, trainers: Sequence[UUID]) -> None:
    session.add_all(
        TrainingTrainer(session_id=row.id, organization_id=one, district_code=row.district_code)
        for one in sorted(set(trainers))
    )


def _in_order(topics: Sequence[str]) -> list[str]:
    return [code for code in TOPICS if code in topics]
