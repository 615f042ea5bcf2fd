"""Agree an action at a meeting, and end it: by whom, says `ACTION_ENDS` of `domain/actions.py`.

The owner is an organisation and a post, never a person. An action stays with the district of its meeting: an owner that
was moved to another one, or is a guest of the table, ends its own all the same, and the coordinator of that district
ends what nobody else can. The guard has its say over text and post.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.partnership.domain.actions import (
    ACTION_DONE,
    ACTION_DROPPED,
    ACTION_ENDS,
    ACTION_OPEN,
    DROP_REASONS,
)
from directory_service.partnership.domain.meetings import NotNow, check_move
from directory_service.partnership.store.add_once import add_once
from directory_service.partnership.store.tables import MeetingAction
from directory_service.partnership.use_cases.find_meeting import find_meeting
from directory_service.partnership.use_cases.find_table import find_table
from service_kit.db import audit
from service_kit.errors import Forbidden, NotFound, Stale
from service_kit.identity import Principal
from setu.guard import guarded
from setu.roles import COORDINATOR


@dataclass(frozen=True)
class NewAction:
    """What is done, by which organisation and post, by when."""

    id: UUID
    organization: UUID
    post: str
    text: str
    due: date


def add_action(session: Session, who: Principal, meeting: UUID, action: NewAction, now: datetime) -> MeetingAction:
    """Store the action, once by its id. Raises CaseDetails, NotNow; NotFound also for an owner that takes no part.

    So it does for the id of another owner's or meeting's. A side adds what it promises itself; the coordinator adds
    anybody's.
    """
    text, post = guarded(action.text), guarded(action.post)
    row = find_meeting(session, who, meeting)
    check_move("write", row.state, row.starts_at, now)
    owners = {partner.id for partner in find_table(session, row)}
    owners = owners | {who.organization} if who.role == COORDINATOR else owners & {who.organization}
    if action.organization not in owners:
        raise NotFound
    there, _ = add_once(
        session,
        MeetingAction,
        action.id,
        {"meeting_id": row.id, "organization_id": action.organization},
        district_code=row.district_code,
        post=post,
        text=text,
        due=action.due,
        state=ACTION_OPEN,
        version=1,
        created_at=now,
    )
    return there


def find_own_action(session: Session, who: Principal, action: UUID) -> MeetingAction:
    """An action that the caller may end, locked: a side's own, a coordinator's of the own districts. Or NotFound."""
    is_own, is_here = MeetingAction.organization_id == who.organization, MeetingAction.district_code.in_(who.districts)
    wanted = select(MeetingAction).where(MeetingAction.id == action, is_here if who.role == COORDINATOR else is_own)
    row = session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound
    return row


def end_action(
    session: Session, who: Principal, action: UUID, seen: int, now: datetime, *, reason: str | None = None
) -> MeetingAction:
    """Mark it as done, or with a reason as dropped.

    Raises Forbidden where that is not this role's; NotFound, Stale; NotNow where it ended.
    """
    if reason is not None and reason not in DROP_REASONS:
        raise ValueError(reason)
    ending = ACTION_DROPPED if reason else ACTION_DONE
    if who.role not in ACTION_ENDS[ending]:
        raise Forbidden
    row = find_own_action(session, who, action)
    if row.version != seen:
        raise Stale
    if row.state != ACTION_OPEN:
        raise NotNow(row.state)
    row.state, row.reason = ending, reason
    row.closed_at, row.version = now, row.version + 1
    detail = {"state": row.state, **({"reason": reason} if reason else {})}
    audit.record(session, "meeting.action", ("action", row.id), who, now, detail=detail)
    return row
