"""Events that tell both sides of something due: which organisations, which district, by when. No text and no name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.domain.visits import AHEAD
from directory_service.partnership.store.agreements_in_force import focal_points_in_force
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.store.tables_agreements import Agreement, Handover
from directory_service.partnership.store.tables_visits import HostedVisit
from directory_service.partnership.use_cases.find_table import find_table
from service_kit.db import outbox
from service_kit.envelope import Event
from service_kit.ids import SystemIds
from setu.india import INDIA, day_in_india

MEETING_PLANNED = "directory.meeting.planned.v1"
ACTION_DUE = "directory.action.due.v1"
AGREEMENT_LAPSING = "directory.agreement.lapsing.v1"
HANDOVER_NAMED = "directory.handover.named.v1"
VISIT_CHANGED = "directory.visit.changed.v1"
BOARD_ANSWERED = "directory.board.answered.v1"
COORDINATION_DUE = "directory.coordination.due.v1"
TO_COORDINATOR, TO_STATE = "coordinator", "state"
TO_FORMER, TO_LEFT = "former", "left"
"""States of a meeting's event that tells of a date that is off: those alone who are focal points no more, or the people
of organisations that have left its table, for whom nobody stands in."""
OF_BREACH, OF_MEETING = "report", "meeting"
"""What a coordination is due about; `…_state` where it is the state's body that hears."""
_END_OF_DAY = time(23, 59)


@dataclass(frozen=True)
class PartnershipNotice:
    """What is told. `state`: `TO_COORDINATOR` where it has waited too long, or what a coordination is of.

    Of a meeting `TO_FORMER` or `TO_LEFT`. `account`: somebody told beside; `focal_points`: memberships that are, too,
    of whatever role. `moved_from`: when a meeting was to begin before. `day_over_at`: the end of a visit's day,
    whether it comes or not.
    """

    kind: str
    subject: UUID
    district: int
    receivers: Collection[UUID]
    due_at: datetime | None = None
    state: str | None = None
    account: UUID | None = None
    focal_points: Collection[UUID] = ()
    moved_from: datetime | None = None
    day_over_at: datetime | None = None


def end_of_day(day: date) -> datetime:
    """The last minute of a day in India."""
    return datetime.combine(day, _END_OF_DAY, INDIA)


def publish_partnership_notice(session: Session, notice: PartnershipNotice, now: datetime) -> None:
    """Outbox it; `now` is aware."""
    data: dict[str, object] = {
        "district": notice.district,
        "receivers": sorted(str(each) for each in notice.receivers),
        "version": int(now.timestamp()),
    }
    if notice.due_at is not None:
        data["due_at"] = notice.due_at.isoformat()
    if notice.state is not None:
        data["state"] = notice.state
    if notice.account is not None:
        data["account_id"] = str(notice.account)
    if notice.moved_from is not None:
        data["moved_from"] = notice.moved_from.isoformat()
    if notice.day_over_at is not None:
        data["day"] = notice.day_over_at.isoformat()
    if notice.focal_points:
        data["focal_points"] = sorted(str(each) for each in notice.focal_points)
    outbox.add(session, Event(notice.kind, str(notice.subject), data, SystemIds().uuid(), now))


def publish_meeting(session: Session, meeting: Meeting, now: datetime) -> None:
    """Tell everybody at the table, and the focal points of their agreements, of a meeting's date, and note whom.

    Focal points are told by membership: whoever plans sees no account of a party that sits in another district.
    """
    table, points = _table_of(session, meeting)
    _publish_meeting(session, meeting, table, points, now, due_at=meeting.starts_at)
    meeting.told = sorted(table.union(meeting.told))
    meeting.told_points = sorted(points.union(meeting.told_points))


def publish_moved_meeting(session: Session, meeting: Meeting, now: datetime, *, before: datetime | None) -> None:
    """Tell another date likewise; that the one before is off to who was told of it and has no part in it any more.

    `before`: when it was to begin until now; None where no date was told, or it stays.
    Those are the organisations that left the table, and former focal points, also of organisations that are at it.
    """
    table, points = _table_of(session, meeting)
    left, former = set(meeting.told) - table, set(meeting.told_points) - points
    if left:
        _publish_meeting(session, meeting, left, former, now, state=TO_LEFT)
    if former:
        _publish_meeting(session, meeting, table, former, now, state=TO_FORMER)
    _publish_meeting(session, meeting, table, points, now, due_at=meeting.starts_at, moved_from=before)
    meeting.told, meeting.told_points = sorted(table), sorted(points)


def publish_meeting_off(session: Session, meeting: Meeting, now: datetime) -> None:
    """Tell everybody at the table that it is off, and who was told of its date and has left since."""
    table, points = _table_of(session, meeting)
    told, told_points = table.union(meeting.told), points.union(meeting.told_points)
    _publish_meeting(session, meeting, told, told_points, now)


def _table_of(session: Session, meeting: Meeting) -> tuple[set[UUID], set[UUID]]:
    day = day_in_india(meeting.starts_at)
    table = {each.id for each in find_table(session, meeting)}
    return table, focal_points_in_force(session, meeting.district_code, day)


def _publish_meeting(
    session: Session,
    meeting: Meeting,
    receivers: Collection[UUID],
    focal_points: Collection[UUID],
    now: datetime,
    *,
    due_at: datetime | None = None,
    state: str | None = None,
    moved_from: datetime | None = None,
) -> None:
    """Outbox the date that it has, or without `due_at` that the one before is off."""
    notice = PartnershipNotice(
        kind=MEETING_PLANNED,
        subject=meeting.id,
        district=meeting.district_code,
        receivers=receivers,
        due_at=due_at,
        state=state,
        focal_points=focal_points,
        moved_from=moved_from,
    )
    publish_partnership_notice(session, notice, now)


def publish_handover(session: Session, row: Handover, now: datetime, state: str | None = None) -> None:
    """Tell both sides and the successor of a handover, or the coordinator that nobody took it."""
    agreement = session.get_one(Agreement, row.agreement_id)
    both, due_at = [agreement.unit_id, agreement.provider_id], end_of_day(row.due_on)
    account = row.successor_account
    notice = PartnershipNotice(HANDOVER_NAMED, row.id, row.district_code, both, due_at, state, account)
    publish_partnership_notice(session, notice, now)


def publish_visit(session: Session, visit: HostedVisit, receivers: Collection[UUID], now: datetime) -> None:
    """Tell these of its two sides how a visit of this day stands; where it still may come, by the end of it."""
    over_at = end_of_day(visit.day)
    due_at = over_at if visit.state in AHEAD else None
    notice = PartnershipNotice(
        VISIT_CHANGED, visit.id, visit.district_code, receivers, due_at, visit.state, day_over_at=over_at
    )
    publish_partnership_notice(session, notice, now)
