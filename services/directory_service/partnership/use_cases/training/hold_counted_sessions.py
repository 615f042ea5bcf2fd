"""Clock of training sessions: one that units counted at is held, once the coordinator had days to call it off.

Why a clock: only the coordinator's word holds a session at once, and some never give it. Promises: each change has its
line in the audit log; once the units take all their numbers back the session is planned again. Where the coordinator
took back that it was held, nothing that was counted before holds it. Running it twice changes nothing. Needs the
worker's role; `now` is aware.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.partnership.domain.training import DAYS_TO_CALL_OFF, HELD, PLANNED
from directory_service.partnership.store.tables_training import TrainingCount, TrainingSession
from directory_service.partnership.store.training import was_counted
from service_kit.db import audit
from service_kit.identity import Scope
from setu.india import day_in_india, midnight_in_india


def hold_counted_sessions(session: Session, now: datetime) -> None:
    """Hold what only units counted; plan anew what was held so and has no numbers any more."""
    for row in _counted_long_ago(session, now):
        row.state, row.held_by_counts, row.version = HELD, True, row.version + 1
        audit.record(session, "training.hold", ("training", row.id), Scope(), now)
    for row in _without_counts(session):
        row.state, row.held_by_counts, row.version = PLANNED, False, row.version + 1
        audit.record(session, "training.unhold", ("training", row.id), Scope(), now)


def _counted_long_ago(session: Session, now: datetime) -> Sequence[TrainingSession]:
    last_day = day_in_india(now) - timedelta(days=DAYS_TO_CALL_OFF)
    is_over = (TrainingSession.state == PLANNED, TrainingSession.day < last_day)
    is_fresh = TrainingCount.entered_at >= midnight_in_india(last_day)
    wanted = select(TrainingSession).where(*is_over, was_counted(), ~was_counted(is_fresh))
    return session.scalars(wanted.with_for_update(skip_locked=True)).all()


def _without_counts(session: Session) -> Sequence[TrainingSession]:
    held = (TrainingSession.state == HELD, TrainingSession.held_by_counts)
    wanted = select(TrainingSession).where(*held, ~was_counted())
    return session.scalars(wanted.with_for_update(skip_locked=True)).all()
