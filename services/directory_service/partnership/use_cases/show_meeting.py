"""Read model of one meeting: everything that its page, its sheet and its API document show, loaded together.

The agenda fills itself: actions that are due come from earlier meetings, figures from the frozen table of the month
before, unmet needs from the newest quarter that has some, free places from public listings, agreements that lapse or
lack somebody by the day of the meeting, visits that are agreed, asked for or due; what somebody proposed stands beside
them.
Nothing is computed from referrals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.agreements import IN_FORCE
from directory_service.partnership.domain.capacity import OfferedService
from directory_service.partnership.domain.coverage import DistrictCoverage
from directory_service.partnership.domain.figures import MonthFigures, figures_of_month, newest_unmet_needs
from directory_service.partnership.domain.meeting_date import previous_month
from directory_service.partnership.domain.meetings import OPEN_STATES, is_open_to
from directory_service.partnership.domain.quorum import Quorum
from directory_service.partnership.store import meetings as store
from directory_service.partnership.store.figures import figures_until
from directory_service.partnership.store.meetings import Partner
from directory_service.partnership.store.tables import AgendaItem, Meeting, MeetingAction, MinutesLine
from directory_service.partnership.use_cases.find_meeting import find_meeting
from directory_service.partnership.use_cases.find_table import find_guests
from directory_service.partnership.use_cases.list_offers import list_offers
from directory_service.partnership.use_cases.list_visits import DistrictVisits, list_visits
from directory_service.partnership.use_cases.settle_meeting import quorum_of
from directory_service.partnership.use_cases.show_partners import Tie, ties_of
from directory_service.partnership.use_cases.training.show_training import cover_districts
from service_kit.identity import Principal
from setu.india import day_in_india

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class MeetingView:
    """A meeting as it is shown. `names`: every organisation that is spoken of; `figures`: newest month first.

    `guests`: who comes from another district. `attendance`: by the organisation's name. `offers`: services with their
    free places, and `visits` as they are now, until the meeting's day is over; then None, since the meeting saw others.
    `blocked`: why the coordinator blocked the day on which it stands all the same; None once it is over or off.
    """

    meeting: Meeting
    district: District
    items: Sequence[AgendaItem]
    due_actions: Sequence[MeetingAction]
    agreed_actions: Sequence[MeetingAction]
    lines: Sequence[MinutesLine]
    partners: Sequence[Partner]
    guests: Sequence[Partner]
    attendance: Mapping[UUID, int]
    quorum: Quorum
    figures: Sequence[MonthFigures]
    ties: Sequence[Tie]
    names: Mapping[UUID, str]
    next_meeting: Meeting | None
    may_confirm: bool
    coverage: DistrictCoverage
    offers: Sequence[OfferedService] | None
    visits: DistrictVisits | None
    blocked: str | None

    @property
    def table(self) -> Sequence[Partner]:
        """Whose number is entered."""
        return [*self.partners, *self.guests]

    @property
    def day(self) -> date:
        """The meeting's day in India."""
        return day_in_india(self.meeting.starts_at)

    @property
    def month_figures(self) -> MonthFigures | None:
        """The figures of the month before the meeting, if they are here."""
        return figures_of_month(self.figures, previous_month(self.day))

    @property
    def needs_figures(self) -> MonthFigures | None:
        """The newest figures that tell of needs that nobody met, if they are here."""
        return newest_unmet_needs(self.figures)


def show_meeting(session: Session, who: Principal, meeting: UUID, now: datetime) -> MeetingView:
    """Load it. Raises NotFound for another district's."""
    row = find_meeting(session, who, meeting)
    items, due = store.items_of(session, row.id), store.actions_before(session, row)
    agreed, partners = store.actions_agreed_at(session, row.id), store.partners_of(session, row.district_code)
    attendance = store.attendance_of(session, row.id)
    spoken_of = {each.organization_id for each in items} | {each.organization_id for each in (*due, *agreed)}
    day = day_in_india(row.starts_at)
    every_tie = ties_of(session, [row.district_code], day)
    ties = [tie for tie in every_tie if tie.needs_talk]
    spoken_of |= {party for tie in ties for party in (tie.agreement.unit_id, tie.agreement.provider_id)}
    coverage = cover_districts(session, (row.district_code,), min(now, row.starts_at))
    names = store.names_of(session, spoken_of | attendance.keys()) | {each.id: each.name for each in partners}
    is_over = day_in_india(now) > day
    stands = row.state in OPEN_STATES and not is_over
    return MeetingView(
        meeting=row,
        district=session.get_one(District, row.district_code),
        items=items,
        due_actions=due,
        agreed_actions=agreed,
        lines=store.lines_of(session, row.id),
        partners=partners,
        guests=find_guests(session, row, partners),
        attendance=dict(sorted(attendance.items(), key=lambda entry: names[entry[0]])),
        quorum=quorum_of(session, row),
        figures=figures_until(session, row.district_code, previous_month(day), MONTHS_SHOWN),
        ties=ties,
        names=names,
        next_meeting=store.next_of(session, row.district_code, max(now, row.starts_at)),
        may_confirm=is_open_to("confirm", row.state, row.starts_at, now, confirmed=row.minutes_confirmed_at is not None)
        and store.has_started_after(session, row, now),
        coverage=coverage[row.district_code],
        offers=None if is_over else list_offers(session, [row.district_code])[row.district_code],
        visits=None if is_over else _visits(session, who, row, every_tie, partners, now),
        blocked=store.block_reason(session, row.district_code, day) if stands else None,
    )


def _visits(
    session: Session, who: Principal, meeting: Meeting, ties: Sequence[Tie], partners: Sequence[Partner], now: datetime
) -> DistrictVisits:
    in_force = [tie.agreement for tie in ties if tie.state in IN_FORCE]
    here = {each.id for each in partners}
    today, day = day_in_india(now), day_in_india(meeting.starts_at)
    return list_visits(session, who, meeting.district_code, in_force, here, today=today, day=day)
