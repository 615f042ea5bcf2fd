"""Two months of a sample district: agreements in three states, two meetings, the next planned, training, the board.

For the demo alone: rows are written as the past left them, and nobody is told of what is over. Texts go through the
guard like everybody's. Running it twice changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Membership
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain import agreements, meetings
from directory_service.partnership.domain.actions import ACTION_DONE, ACTION_OPEN
from directory_service.partnership.domain.agreement_clauses import CURRENT_CLAUSES
from directory_service.partnership.domain.meeting_date import (
    Rhythm,
    following_month,
    meeting_day,
    next_meeting,
    previous_month,
)
from directory_service.partnership.domain.reminders import ACTION_TO_COORDINATOR
from directory_service.partnership.outside.working_calendar import is_holiday_in
from directory_service.partnership.store.meetings import calendar_of
from directory_service.partnership.store.tables import (
    NOT_CALLED_OFF,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingAction,
    MeetingRhythm,
    MinutesLine,
)
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from directory_service.partnership.use_cases.sample_board import sample_board
from directory_service.partnership.use_cases.sample_training import sample_training
from service_kit.ids import Ids
from setu.guard import guarded
from setu.india import INDIA, day_in_india
from setu.roles import COORDINATING_BODY

PLACE = "Conference room of the district office"
DUTY_PHONES = ("+913300000001", "+913300000002")
MINUTES: Sequence[Sequence[tuple[int, str, str]]] = (
    (
        (1, meetings.NOTE, "The first meeting of units and providers in this district."),
        (4, meetings.NOTE, "The drop-in centre has places; nobody at the stations knew its hours."),
        (6, meetings.DECISION, "Each station keeps two sheets of cards at the front desk."),
        (8, meetings.DECISION, "Beat constables of two stations are trained before the next meeting."),
    ),
    (
        (2, meetings.NOTE, "The cards have come; one station still waits for its second sheet."),
        (5, meetings.DECISION, "The women's hours move to Sunday morning."),
        (7, meetings.NOTE, "The prison asks that doctors on both sides agree on doses before a release."),
        (9, meetings.NOTE, "Read back and agreed."),
    ),
)


@dataclass(frozen=True)
class SampleCast:
    """The organisations of the sample that meet: two units, the prison, two providers."""

    units: Sequence[UUID]
    prison: UUID
    providers: Sequence[UUID]


def sample_partnership(session: Session, cast: SampleCast, now: datetime, *, ids: Ids) -> bool:
    """Write it; False where the district has agreements already. Needs the worker's role."""
    district = session.get_one(Organization, cast.units[0]).district_code
    if session.scalar(select(Agreement.id).where(Agreement.district_code == district).limit(1)) is not None:
        return False
    calendar = calendar_of(session, district, date.min, is_holiday_in(district))
    body = select(Organization.id).where(Organization.kind == COORDINATING_BODY, Organization.district_code == district)
    body_of_district = session.scalars(body.limit(1)).one()
    writer = _Writer(session, cast, district, body_of_district, now, ids)
    session.add(MeetingRhythm(district_code=district, weekday=1, at=Rhythm().at, place=PLACE))
    writer.agreements()
    past = _past_days(day_in_india(now), lambda month: meeting_day(month, Rhythm().weekday, calendar))
    for number, day in enumerate(past):
        writer.held_meeting(number, datetime.combine(day, Rhythm().at, INDIA))
    ahead = next_meeting(past[-1], Rhythm(), calendar, now)
    if ahead is not None:
        writer.planned_meeting(ahead)
    sample_training(session, (*cast.units, cast.prison), cast.providers[0], now, ids=ids)
    sample_board(session, cast.providers, body_of_district, now)
    return True


def _past_days(today: date, day_of: Callable[[date], date | None]) -> list[date]:
    """The last two days of meetings before today, the earlier first."""
    found: list[date] = []
    month = following_month(today)
    for _ in range(8):
        month = previous_month(month)
        day = day_of(month)
        if day is not None and day < today and len(found) < 2:
            found.append(day)
    return sorted(found)


@dataclass(frozen=True)
class _Writer:
    """Adds the rows of one district."""

    session: Session
    cast: SampleCast
    district: int
    body: UUID
    now: datetime
    ids: Ids

    def agreements(self) -> None:
        """One in force, one that lapses in forty days, one that has lapsed."""
        today = day_in_india(self.now)
        parties = (
            (self.cast.units[0], self.cast.providers[0], today + timedelta(days=300)),
            (self.cast.prison, self.cast.providers[0], today + timedelta(days=40)),
            (self.cast.units[1], self.cast.providers[1], today - timedelta(days=20)),
        )
        for unit, provider, to_day in parties:
            made = self._agreement(unit, provider, to_day)
            self._focal_points(made, unit, agreements.UNIT)
            self._focal_points(made, provider, agreements.PROVIDER_SIDE)

    def _agreement(self, unit: UUID, provider: UUID, to_day: date) -> UUID:
        from_day = to_day - timedelta(days=365)
        row = Agreement(
            id=self.ids.uuid(),
            district_code=self.district,
            unit_id=unit,
            provider_id=provider,
            number=1,
            clauses=CURRENT_CLAUSES,
            from_day=from_day,
            to_day=to_day,
            review_on=to_day - timedelta(days=30),
            unit_signed_on=from_day,
            provider_signed_on=from_day,
            state=agreements.ACTIVE,
            warned=agreements.WARN_DAYS[0],
            made_at=self.now,
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def _focal_points(self, agreement: UUID, organization: UUID, side: str) -> None:
        members = select(Membership.id).where(Membership.organization_id == organization, Membership.ended_at.is_(None))
        held = self.session.scalars(members.order_by(Membership.started_at, Membership.id).limit(2)).all()
        posts = ("station officer", "duty officer") if side == agreements.UNIT else ("manager", "outreach lead")
        for membership, post, phone in zip(held, posts, DUTY_PHONES, strict=False):
            self.session.add(
                FocalPoint(
                    id=self.ids.uuid(),
                    agreement_id=agreement,
                    district_code=self.district,
                    organization_id=organization,
                    side=side,
                    post=post,
                    duty_phone=phone,
                    membership_id=membership,
                    named_at=self.now,
                )
            )

    def held_meeting(self, number: int, starts_at: datetime) -> None:
        """One that was held, with its minutes, attendance and actions."""
        meeting = self._meeting(starts_at, meetings.HELD)
        for organization, people in ((self.cast.units[0], 3), (self.cast.prison, 1), (self.cast.providers[0], 2)):
            self.session.add(
                Attendance(
                    meeting_id=meeting,
                    organization_id=organization,
                    district_code=self.district,
                    number=people,
                    entered_at=starts_at,
                )
            )
        for at, (part, kind, text) in enumerate(MINUTES[number]):
            self.session.add(
                MinutesLine(
                    id=self.ids.uuid(),
                    meeting_id=meeting,
                    district_code=self.district,
                    part=part,
                    kind=kind,
                    text=guarded(text),
                    created_at=starts_at + timedelta(minutes=10 * at),
                )
            )
        if number == 0:
            self._action(meeting, starts_at, self.cast.units[0], "Ask for two sheets of cards", done=True)
            self._action(meeting, starts_at, self.cast.providers[0], "Send the hours to every station", done=False)
        else:
            self._action(meeting, starts_at, self.cast.units[1], "Name who comes to the training", done=False)

    def _action(self, meeting: UUID, at: datetime, owner: UUID, text: str, *, done: bool) -> None:
        self.session.add(
            MeetingAction(
                id=self.ids.uuid(),
                district_code=self.district,
                meeting_id=meeting,
                organization_id=owner,
                post="manager" if owner in self.cast.providers else "station officer",
                text=guarded(text),
                due=at.date() + timedelta(days=14),
                state=ACTION_DONE if done else ACTION_OPEN,
                created_at=at,
                closed_at=at + timedelta(days=10) if done else None,
                reminded=ACTION_TO_COORDINATOR,
            )
        )

    def planned_meeting(self, starts_at: datetime) -> None:
        """The next one, with something proposed."""
        meeting = self._meeting(starts_at, meetings.PLANNED)
        self.session.add(
            AgendaItem(
                id=self.ids.uuid(),
                district_code=self.district,
                meeting_id=meeting,
                organization_id=self.cast.providers[0],
                part=meetings.PROPOSALS_PART,
                text=guarded("A visit of station officers to the drop-in centre"),
                state=meetings.ITEM_PROPOSED,
                created_at=self.now,
            )
        )

    def _meeting(self, starts_at: datetime, state: str) -> UUID:
        is_over = state == meetings.HELD
        month = {"district_code": self.district, "month": starts_at.date().replace(day=1)}
        values = {
            "starts_at": starts_at,
            "place": PLACE,
            "state": state,
            "sequence": 1,
            "version": 2,
            "proposed_at": starts_at - timedelta(days=28),
            "settled_at": starts_at + timedelta(minutes=80) if is_over else None,
        }
        # the worker may have proposed a date for that month already: it becomes this one
        row = insert(Meeting).values(id=self.ids.uuid(), **month, **values)
        upsert = row.on_conflict_do_update(index_elements=list(month), index_where=NOT_CALLED_OFF, set_=values)
        return self.session.execute(upsert.returning(Meeting.id)).scalar_one()
