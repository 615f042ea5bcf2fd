"""Who sat at a table keeps the meeting: an agreement that stood on its day counts, whatever became of it since.

What a query asks for and what row-level security lets through are compared for each state of an agreement and each day.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import inspect, select

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.agreements_in_force import parties_in_force
from directory_service.partnership.store.guest_meetings import is_guest
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from setu.india import INDIA, day_in_india
from support.listings import KOLKATA
from support.partnership import FAR_PROVIDER, NODI, STATION, Partnership, agreement_at, in_force

RENEWAL = {"from_day": "2027-10-01", "to_day": "2028-10-01", "review_on": "2028-09-01"}
FROM, TO = date(2026, 11, 1), date(2027, 11, 1)
CHANGE = date(2027, 2, 10)
LATE = datetime.combine(CHANGE, time(23, 59, 59), INDIA).astimezone(UTC)
"""The last second of the day of the change, by India's calendar."""
DAYS = (
    FROM - timedelta(days=1),
    FROM,
    CHANGE - timedelta(days=1),
    CHANGE,
    CHANGE + timedelta(days=1),
    TO,
    TO + timedelta(days=1),
)
HERE = Meeting.district_code == KOLKATA
EVER, NEVER, BEFORE = set(DAYS[1:6]), set[date](), set(DAYS[1:3])


@dataclass(frozen=True)
class Case:
    """What became of the agreement, of its unit and of its provider; and on which days it stood."""

    agreement: Mapping[str, object]
    stood: set[date]
    unit: Mapping[str, object] | None = None
    provider: Mapping[str, object] | None = None


def ended(*, was_active: bool = True) -> dict[str, object]:
    return {"state": "ended", "ended_at": LATE, "was_active": was_active}


def suspended(since: datetime | None = LATE) -> dict[str, object]:
    return {"status": "suspended", "suspended_since": since}


CASES = {
    "in force": Case({}, EVER),
    "a draft": Case({"state": "draft"}, NEVER),
    "a draft that both signed and that was thrown away": Case(ended(was_active=False), NEVER),
    "ended": Case(ended(), BEFORE),
    "ended, and nobody noted when": Case(ended() | {"ended_at": None}, NEVER),
    "its unit is suspended": Case({}, BEFORE, unit=suspended()),
    "its provider is suspended": Case({}, BEFORE, provider=suspended()),
    "suspended, and nobody noted since when": Case({}, NEVER, unit=suspended(None)),
    "back at work": Case({}, EVER, unit={"status": "active", "suspended_since": None}),
    "closing": Case({}, BEFORE, provider={"status": "closing", "closing_since": LATE}),
    "closing after it was suspended": Case(
        {}, BEFORE, provider=suspended() | {"status": "closing", "closing_since": LATE + timedelta(days=9)}
    ),
    "removed": Case({}, BEFORE, provider={"deleted_at": LATE}),
    "ended, and its unit suspended later": Case(ended(), BEFORE, unit=suspended(LATE + timedelta(days=90))),
    "ended after its provider was closed": Case(
        ended() | {"ended_at": LATE + timedelta(days=90)}, BEFORE, provider={"status": "closed", "closing_since": LATE}
    ),
}


@pytest.fixture
def agreement(partnership: Partnership) -> UUID:
    """Of the station and a provider of another district, in force."""
    return in_force(partnership, STATION, FAR_PROVIDER)


@contextmanager
def changed(partnership: Partnership, agreement: UUID, case: Case) -> Iterator[None]:
    """For so long; then all three are what they were."""
    of = ((Agreement, agreement), (Organization, STATION.id), (Organization, FAR_PROVIDER.id))
    with partnership.worker() as session:
        rows = [session.get_one(*each) for each in of]
        before = [{each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs} for row in rows]
        if not case.agreement.get("was_active", True):
            session.get_one(Agreement, agreement).state = "draft"
            session.flush()
        _set(rows, (case.agreement, case.unit or {}, case.provider or {}))
    yield
    with partnership.worker() as session:
        _set([session.get_one(*each) for each in of], before)


def _set(rows: Sequence[object], values: Sequence[Mapping[str, object]]) -> None:
    for row, of_row in zip(rows, values, strict=True):
        for name, value in of_row.items():
            setattr(row, name, value)


def meets_on(partnership: Partnership, day: date) -> None:
    with partnership.worker() as session:
        session.scalars(select(Meeting).where(HERE)).one().starts_at = datetime.combine(day, time(11), INDIA)


def days_on(partnership: Partnership, *sits: Callable[[date], bool]) -> list[set[date]]:
    """Of each: those of the days on which somebody sits at the table, where the meeting is on it."""
    found: list[set[date]] = [set() for _ in sits]
    for day in DAYS:
        meets_on(partnership, day)
        for days, each in zip(found, sits, strict=True):
            if each(day):
                days.add(day)
    return found


def test_an_agreement_counts_on_the_days_on_which_it_stood_and_row_level_security_agrees(
    partnership: Partnership, agreement: UUID
) -> None:
    scope, faults = partnership.somebody("provider_manager", FAR_PROVIDER).scope, {}
    partnership.a_meeting(begun=False)

    def by_query(_: date) -> bool:
        with partnership.worker() as session:  # whose role sees every row
            return session.scalar(select(Meeting.id).where(HERE, is_guest(scope))) is not None

    def by_security(_: date) -> bool:
        with partnership.directory.web.transaction(scope) as session:
            return session.scalar(select(Meeting.id).where(HERE)) is not None

    def by_table(day: date) -> bool:
        with partnership.worker() as session:
            return parties_in_force(session, KOLKATA, day) == ({STATION.id}, {FAR_PROVIDER.id})

    for what, case in CASES.items():
        with changed(partnership, agreement, case):
            stood = days_on(partnership, by_query, by_security, by_table)
        if stood != [case.stood] * 3:
            faults[what] = stood
    assert faults == {}


@pytest.mark.parametrize("how", ["renewed", "ended", "suspended"])
def test_a_guest_keeps_the_meetings_at_which_it_sat_and_their_quorum_stays(
    partnership: Partnership, agreement: UUID, how: str
) -> None:
    meeting = partnership.a_meeting()
    coordinator = partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "1", f"n.{FAR_PROVIDER.id}": "2"})
    partnership.clock.advance(timedelta(days=3))
    end(partnership, agreement, how)

    at_guest = ("provider_manager", FAR_PROVIDER)
    manager, program = partnership.browser(*at_guest), partnership.program(*at_guest)

    assert f"/meetings/{meeting}" in manager.get("/meetings").text
    for path in ("", "/sheet", "/meeting.ics"):
        assert manager.get(f"/meetings/{meeting}{path}").status_code == 200
    assert program.get(f"/api/partnership/meetings/{meeting}").get_json()["as_guest"] is True
    page = partnership.browser("coordinator").get(f"/meetings/{meeting}").text
    assert (f'name="n.{FAR_PROVIDER.id}"' in page, "Providers: 1 of 1, 1 needed." in page) == (True, True)
    stranger = partnership.browser("provider_manager", NODI)
    assert "where you are a guest" not in stranger.get("/meetings").text


def end(partnership: Partnership, agreement: UUID, how: str) -> None:
    """As people do it: by the coordinator's pages, a renewed one by the worker's clock."""
    coordinator = partnership.browser("coordinator")
    if how == "ended":
        assert coordinator.post(f"/partnerships/{agreement}/end", data={"seen": "1"}).status_code == 303
    elif how == "suspended":
        address = f"/registry/{STATION.id}/suspend"
        seen = coordinator.get(address).text.partition('name="seen" value="')[2].partition('"')[0]
        assert coordinator.post(address, data={"seen": seen}).status_code == 303
    else:
        renewed = coordinator.post(f"/partnerships/{agreement}/renew", data=RENEWAL).headers["Location"]
        with partnership.worker() as session:
            row = session.get_one(Agreement, agreement_at(renewed))
            row.state, row.from_day = "active", day_in_india(partnership.clock.now())
            session.flush()
            tend_agreements(session, partnership.clock.now())
            assert session.get_one(Agreement, agreement).state == "ended"
