"""Minutes while people talk: each line is a row with a version, so that two writers never overwrite each other.

Promises: a line is added once, whatever how often it is sent (its id is the writer's). A change names the version that
the writer saw; if somebody changed or took out that line meanwhile, what was typed becomes a line of its own below, and
nothing is lost. They are confirmed at the next meeting, and from then on only added to. The guard has its say before
anything is stored.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.domain.meetings import NotNow, check_move
from directory_service.partnership.store.meetings import has_started_after
from directory_service.partnership.store.tables import Meeting, MinutesLine
from directory_service.partnership.use_cases.find_meeting import find_meeting, find_seen_meeting
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.ids import Ids
from setu.guard import guarded


@dataclass(frozen=True)
class NewLine:
    """What was typed: a note or a decision, in one of the nine parts."""

    part: int
    kind: str
    text: str


@dataclass(frozen=True)
class Written:
    """The line that holds what was typed; None where it was taken out.

    `is_new`: it became a line of its own; `theirs` is then what somebody else made of the line, None where it is gone.
    """

    line: MinutesLine | None
    is_new: bool = False
    theirs: MinutesLine | None = None


def add_line(
    session: Session, who: Principal, meeting: UUID, line_id: UUID, line: NewLine, now: datetime
) -> MinutesLine:
    """Add a line, once. Raises NotFound, CaseDetails; NotNow where the meeting takes no minutes."""
    text = guarded(line.text)
    row = find_meeting(session, who, meeting)
    check_move("write", row.state, row.starts_at, now)
    session.execute(insert(MinutesLine).values(**_values(row, line_id, line, text, now)).on_conflict_do_nothing())
    made = session.get(MinutesLine, line_id)
    if made is None or made.meeting_id != row.id:
        raise NotFound
    return made


def change_line(
    session: Session, who: Principal, meeting: UUID, line_id: UUID, line: NewLine, seen: int, now: datetime, *, ids: Ids
) -> Written:
    """Change a line as it was seen; an empty text takes it out. Raises NotFound, CaseDetails, NotNow."""
    text = guarded(line.text)
    row = find_meeting(session, who, meeting)
    check_move("change", row.state, row.starts_at, now, confirmed=row.minutes_confirmed_at is not None)
    found = session.get(MinutesLine, line_id, with_for_update=True)
    if found is not None and found.meeting_id != row.id:
        raise NotFound
    if found is None or found.version != seen:
        return _beside(session, row, found, line, text, now, ids)
    if not text:
        session.delete(found)
        return Written(None)
    found.part, found.kind, found.text, found.version = line.part, line.kind, text, found.version + 1
    return Written(found)


def confirm_minutes(session: Session, who: Principal, meeting: UUID, seen: int, now: datetime) -> Meeting:
    """Confirm the minutes at the next meeting: from then on they are only added to.

    Raises NotFound, Stale; NotNow before the district's next meeting began, or where they are confirmed.
    """
    row = find_seen_meeting(session, who, meeting, seen)
    check_move("confirm", row.state, row.starts_at, now, confirmed=row.minutes_confirmed_at is not None)
    if not has_started_after(session, row, now):
        raise NotNow(row.state)
    row.minutes_confirmed_at, row.version = now, row.version + 1
    audit.record(session, "meeting.confirm", ("meeting", row.id), who, now)
    return row


def _beside(
    session: Session, row: Meeting, found: MinutesLine | None, line: NewLine, text: str, now: datetime, ids: Ids
) -> Written:
    """Keep what was typed beside what somebody else wrote; sent twice, it is there already."""
    if found is not None and (found.text == text or not text):
        return Written(found)
    if not text:
        return Written(None)
    made = MinutesLine(**_values(row, ids.uuid(), line, text, now))
    session.add(made)
    session.flush()
    return Written(made, is_new=True, theirs=found)


def _values(row: Meeting, line_id: UUID, line: NewLine, text: str, now: datetime) -> dict[str, object]:
    return {
        "id": line_id,
        "meeting_id": row.id,
        "district_code": row.district_code,
        "part": line.part,
        "kind": line.kind,
        "text": text,
        "version": 1,
        "created_at": now,
        "added_later": row.minutes_confirmed_at is not None,
    }
