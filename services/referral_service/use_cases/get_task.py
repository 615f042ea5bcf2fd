"""Read one referral as its receiver may see it, with its history. Reading never opens it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.wall import TaskView
from referral_service.store import tasks
from referral_service.store.sealed import references_with_same_contact
from referral_service.use_cases.errors import NotFound
from service_kit.web.access.require import Principal


@dataclass(frozen=True)
class HistoryLine:
    """What happened when; `reason` is a code."""

    at: datetime
    event: str
    reason: str | None


@dataclass(frozen=True)
class AttemptLine:
    """One attempt to reach the person."""

    at: datetime
    result: str
    next_appointment: datetime | None


@dataclass(frozen=True)
class QuestionLine:
    """A coded question to prison health staff, and its coded answer once there is one."""

    question: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None


def get_task(session: Session, worker: Principal, referral_id: UUID, *, now: datetime) -> TaskView:
    """Raises NotFound for what is another's, absent, or closed more than 90 days ago."""
    task = tasks.find_task(session, worker, referral_id, now)
    if task is None:
        raise NotFound
    return task


def get_history(session: Session, referral_id: UUID) -> Sequence[HistoryLine]:
    """In order; empty for anybody but the holder (row-level security)."""
    return [HistoryLine(*row) for row in tasks.history(session, referral_id)]


def get_attempts(session: Session, referral_id: UUID) -> Sequence[AttemptLine]:
    """In order; empty for anybody but the holder."""
    return [AttemptLine(*row) for row in tasks.attempts(session, referral_id)]


def get_questions(session: Session, referral_id: UUID) -> Sequence[QuestionLine]:
    """In order; empty for anybody but the holder."""
    return [QuestionLine(*row) for row in tasks.questions(session, referral_id)]


def get_possibly_same(session: Session, referral_id: UUID) -> Sequence[str]:
    """References of the own organisation's other referrals with the same number (rule 3: nobody else is told)."""
    return references_with_same_contact(session, referral_id)
