"""Enter how many people an organisation sent: the coordinator for everybody, a side for itself, until confirmed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.domain.meetings import MOST_PEOPLE, PLANNED, NotNow
from directory_service.partnership.store.meetings import once_partners
from directory_service.partnership.store.tables import Attendance
from directory_service.partnership.use_cases.find_meeting import find_meeting
from directory_service.partnership.use_cases.find_table import find_table
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.roles import COORDINATOR


class LeftTable(NotFound):
    """Who takes part no longer, as `names`; nothing was written."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names


def enter_attendance(
    session: Session, who: Principal, meeting: UUID, numbers: Mapping[UUID, int], now: datetime
) -> None:
    """Write each organisation's number, 0 to 99. Raises ValueError beyond that; NotNow once attendance is confirmed.

    Raises NotFound also for an organisation that takes no part, or is not the caller's own; LeftTable where it could
    have taken part before: whose agreement ended or rested by the meeting's day is not counted, so its number misleads.
    """
    row = find_meeting(session, who, meeting, for_update=who.role == COORDINATOR)
    if row.state != PLANNED:
        raise NotNow(row.state)
    if who.role != COORDINATOR and not numbers.keys() <= {who.organization}:
        raise NotFound
    if left := numbers.keys() - {partner.id for partner in find_table(session, row)}:
        known = once_partners(session, row.district_code, left)
        raise LeftTable([each.name for each in known]) if len(known) == len(left) else NotFound
    for organization, number in sorted(numbers.items()):
        if not 0 <= number <= MOST_PEOPLE:
            raise ValueError(number)
        _write(session, row.id, row.district_code, organization, number, now)


def _write(session: Session, meeting: UUID, district: int, organization: UUID, number: int, now: datetime) -> None:
    entered = {"number": number, "entered_at": now}
    key = {"meeting_id": meeting, "organization_id": organization, "district_code": district}
    statement = insert(Attendance).values(**key, **entered)
    session.execute(statement.on_conflict_do_update(index_elements=["meeting_id", "organization_id"], set_=entered))
