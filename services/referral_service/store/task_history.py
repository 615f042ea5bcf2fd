"""History of a task: what was done to it, attempts to reach the person, questions to prison health staff.

Promises: in order; row-level security gives it to the holder alone, and of a referral whose consent is gone attempts,
questions and what the person asked are deleted. When not to use it: for the task itself (`tasks.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, insert, literal, null, select, update
from sqlalchemy.orm import Session

from referral_service.store.tables import attempt, question, task, task_event
from referral_service.store.tables_cards import team_voice

WORK_WITH_THE_PERSON = (attempt, question, team_voice)
"""What was noted of it, which goes as consent does; what is sealed goes with its key."""
_TASK = task.c


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
    account_id: UUID | None = None  # None and None: an older release noted it
    noted_at: datetime | None = None


@dataclass(frozen=True)
class QuestionLine:
    """A coded question to prison health staff, and its coded answer once there is one."""

    question: str
    answer: str | None
    answered_at: datetime | None


def note_event(
    session: Session,
    referral_id: UUID,
    event: str,
    at: datetime,
    *,
    reason: str | None = None,
) -> None:
    """One line of the history that the provider's page shows."""
    session.execute(insert(task_event).values(referral_id=referral_id, event=event, at=at, reason=reason))


def forget_work(session: Session, referral_id: UUID) -> None:
    """Delete what was noted while working with the person: attempts, questions and answers, what the person asked."""
    for table in WORK_WITH_THE_PERSON:
        session.execute(delete(table).where(table.c.referral_id == referral_id))


def add_attempt(session: Session, referral_id: UUID, new: AttemptLine) -> None:
    """One attempt to reach the person."""
    session.execute(insert(attempt).values(referral_id=referral_id, **vars(new)))


def add_question(session: Session, referral_id: UUID, code: str) -> None:
    """A coded question to prison health staff."""
    session.execute(insert(question).values(referral_id=referral_id, question=code))


def answer_question(session: Session, referral_id: UUID, answer: str, now: datetime) -> bool:
    """The answer to the question that is open; whether there was one."""
    answered = update(question).where(_is_open(referral_id)).values(answer=answer, answered_at=now)
    return session.execute(answered.returning(question.c.position)).first() is not None


def drop_open_question(session: Session, referral_id: UUID) -> None:
    """Forget the question that nobody has answered: who asked it has left."""
    session.execute(delete(question).where(_is_open(referral_id)))


def history(session: Session, referral_id: UUID) -> Sequence[HistoryLine]:
    """In order, from the submission on; but for that, empty for anybody but the holder (row-level security)."""
    sent = session.execute(select(_TASK.submitted_at, literal("submit"), null()).where(_TASK.id == referral_id)).all()
    columns = (task_event.c.at, task_event.c.event, task_event.c.reason)
    query = select(*columns).where(task_event.c.referral_id == referral_id)
    return [HistoryLine(*row) for row in (*sent, *session.execute(query.order_by(task_event.c.position)))]


def attempts(session: Session, referral_id: UUID) -> Sequence[AttemptLine]:
    """In order; empty for anybody but the holder."""
    columns = (attempt.c.at, attempt.c.result, attempt.c.next_appointment, attempt.c.account_id, attempt.c.noted_at)
    query = select(*columns).where(attempt.c.referral_id == referral_id).order_by(attempt.c.position)
    return [AttemptLine(*row) for row in session.execute(query)]


def questions(session: Session, referral_id: UUID) -> Sequence[QuestionLine]:
    """In order; empty for anybody but the holder."""
    columns = (question.c.question, question.c.answer, question.c.answered_at)
    query = select(*columns).where(question.c.referral_id == referral_id).order_by(question.c.position)
    return [QuestionLine(*row) for row in session.execute(query)]


def _is_open(referral_id: UUID) -> ColumnElement[bool]:
    return and_(question.c.referral_id == referral_id, question.c.answered_at.is_(None))
