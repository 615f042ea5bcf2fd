"""The directory and the referral service say the same of any hours: open or not, until when, and in the same words."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from directory_service.listings.domain.records import (
    Organization,
    Service,
)
from directory_service.listings.domain.snapshots import service_snapshot
from directory_service.listings.pages.listing_words import (
    hours_said,
    rows_of_hours,
)
from referral_service.domain.listed_service import from_snapshot
from referral_service.domain.matching.eligibility import Wanted
from referral_service.domain.matching.ranking import rank
from referral_service.pages.template_globals import (
    hours_lines,
    hours_sentence,
)
from setu.india import INDIA
from setu.opening_hours import (
    Opening,
    in_force,
    state_at,
)
from support.kit.examples import examples
from support.web import a_web

WEB = a_web()
IDS = UUID(int=1), UUID(int=2)
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
RULES = st.sampled_from(
    [
        *("FREQ=DAILY", "FREQ=DAILY;BYDAY=SA", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,TU,WE", "FREQ=MONTHLY"),
        *("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=SU,TU"),
        *("FREQ=MONTHLY;BYDAY=1SA", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1"),
    ]
)
DATES = st.none() | st.dates(date(2026, 10, 1), date(2027, 1, 31))
OPENINGS = st.lists(
    st.builds(
        Opening, RULES, TIMES, TIMES, valid_from=DATES, valid_to=DATES, description=st.none() | st.just("Ring twice")
    ),
    max_size=4,
)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # Hypothesis adds the time zone


@settings(max_examples=examples(300))
@given(openings=OPENINGS, at=MOMENTS, language=st.sampled_from(["en", "hi", "bn"]))
def test_both_services_say_the_same_of_any_hours(openings: list[Opening], at: datetime, language: str) -> None:
    service = Service(*IDS, "Day centre", needs=("OST",), districts=(315,), schedules=tuple(openings))
    owner = Organization(IDS[1], "provider", 315, "active", "Roshni")
    listed = from_snapshot(service_snapshot(service, owner, []))
    match = rank([listed], Wanted(frozenset({"OST"}), 315), at)[0]
    state = state_at(service.schedules, at)

    assert match.opens == state
    WEB.clock.set(at)
    with WEB.app.test_request_context(headers={"Accept-Language": language}):
        assert hours_sentence(match) == hours_said(service.schedules, state, at)
        rows = [
            f"{days} {times}" for days, times in rows_of_hours(in_force(service.schedules, at.astimezone(INDIA).date()))
        ]
        assert set(hours_lines(listed)) <= set(rows)
