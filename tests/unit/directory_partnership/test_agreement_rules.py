"""Agreements by the calendar: lapsing, lapsed, warned of once each time; what makes one active; what is a PDF."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.partnership.domain.agreements import (
    ACTIVE,
    DRAFT,
    ENDED,
    LAPSED,
    LAPSING,
    RESTING,
    UPCOMING,
    WARN_DAYS,
    Review,
    Terms,
    due_warning,
    is_pdf,
    may_become_active,
    next_review,
    review_is_due,
    shown_state,
    state_on,
)
from directory_service.partnership.domain.focal_points import acts_for_party

BEGIN, END = date(2026, 1, 1), date(2026, 12, 31)
UNIT, OTHER = UUID(int=1), UUID(int=2)
TERMS = Terms(BEGIN, END, review_on=END)


@pytest.mark.parametrize(("days", "state"), [(61, ACTIVE), (60, LAPSING), (0, LAPSING), (-1, LAPSED)])
def test_an_agreement_lapses_by_the_calendar_alone(days: int, state: str) -> None:
    assert state_on(ACTIVE, TERMS, END - timedelta(days=days)) == state
    assert state_on(DRAFT, TERMS, END - timedelta(days=days)) == DRAFT


@pytest.mark.parametrize(("days", "state"), [(-1, UPCOMING), (0, ACTIVE)])
def test_an_agreement_is_in_force_from_its_first_day_on(days: int, state: str) -> None:
    today = BEGIN + timedelta(days=days)
    assert state_on(ACTIVE, TERMS, today) == state
    assert shown_state(ACTIVE, TERMS, today, rests=True) == (state if state == UPCOMING else RESTING)
    assert state_on(ENDED, TERMS, today) == ENDED


@given(looks=st.lists(st.integers(-10, 90), min_size=1, max_size=30))
def test_each_warning_is_given_at_most_once_however_often_the_clock_looks(looks: list[int]) -> None:
    warned, given_at = None, []
    for left in sorted(looks, reverse=True):
        if (now := due_warning(END, END - timedelta(days=left), warned)) is not None:
            given_at.append(now)
            warned = now
            assert 0 <= left <= now
    assert given_at == sorted(set(given_at), reverse=True)
    assert set(given_at) <= set(WARN_DAYS)


def test_the_three_warnings_come_when_the_clock_looks_every_day() -> None:
    warned, seen = None, []
    for left in range(90, -5, -1):
        now = due_warning(END, END - timedelta(days=left), warned)
        if now is not None:
            warned = now
            seen.append((now, left))
    assert seen == [(60, 60), (30, 30), (7, 7)]


def test_both_sides_sign_and_name_two() -> None:
    assert may_become_active([True, True], {"unit": 2, "provider": 2})
    assert not may_become_active([True, False], {"unit": 2, "provider": 2})
    assert not may_become_active([True, True], {"unit": 2, "provider": 1})
    assert not may_become_active([True, True], {"unit": 4})


def test_days_at_the_end_of_the_calendar_are_judged_as_others() -> None:
    late, last = date(9998, 6, 1), date.max

    assert Terms(late, last, review_on=last).fault is None
    assert Terms(late, late, review_on=last).fault == "to_day"


def test_days_fit_each_other() -> None:
    start = date(2026, 1, 1)
    assert Terms(start, date(2027, 1, 1), date(2026, 12, 1)).fault is None
    assert Terms(start, start, start).fault == "to_day"
    assert Terms(start, date(2040, 1, 1), date(2026, 12, 1)).fault == "to_day"
    assert Terms(start, date(2027, 1, 1), date(2027, 2, 1)).fault == "review_on"


@pytest.mark.parametrize(
    ("content", "taken"),
    [(b"%PDF-1.7\n...\n%%EOF\n", True), (b"%PDF-1.7 cut short", False), (b"<html>%PDF-1.7 %%EOF", False), (b"", False)],
)
def test_a_pdf_begins_and_ends_as_one(content: bytes, taken: bool) -> None:
    assert is_pdf(content) == taken


@pytest.mark.parametrize(
    ("held", "following", "fault"),
    [
        (0, 1, None),
        (0, None, None),
        (-30, 1, None),
        (1, 2, "held_on"),
        (-31, 1, "held_on"),
        (0, 0, "next_on"),
        (-5, 0, "next_on"),
        (0, 61, "next_on"),
    ],
)
def test_a_review_was_held_within_the_agreement_since_the_last_one_and_the_next_lies_ahead(
    held: int, following: int | None, fault: str | None
) -> None:
    today = END - timedelta(days=60)
    following_on = None if following is None else today + timedelta(days=following)
    review = Review(today + timedelta(days=held), following_on)
    assert review.fault(TERMS, today - timedelta(days=30), today) == fault


@pytest.mark.parametrize(("ahead", "offered"), [(365, True), (364, False)])
def test_the_next_review_is_offered_in_a_year_where_the_agreement_lasts(ahead: int, offered: bool) -> None:
    today = END - timedelta(days=ahead)
    assert next_review(TERMS, today) == (END if offered else None)


@pytest.mark.parametrize(
    ("state", "days", "closed", "due"),
    [
        (ACTIVE, 0, False, True),
        (LAPSING, -1, False, True),
        (ACTIVE, 1, False, False),
        (ACTIVE, 0, True, False),
        (LAPSED, 0, False, False),
        (UPCOMING, 0, False, False),
        (DRAFT, 0, False, False),
        (ENDED, 0, False, False),
    ],
)
def test_a_review_is_due_from_its_day_on_while_the_agreement_is_in_force(
    state: str, days: int, closed: bool, due: bool
) -> None:
    today = date(2026, 6, 1)
    assert review_is_due(state, today + timedelta(days=days), today, closed=closed) is due


@pytest.mark.parametrize(
    ("role", "organization", "districts", "acts"),
    [
        ("unit_supervisor", UNIT, {315}, True),
        ("provider_manager", UNIT, {261}, True),
        ("unit_supervisor", OTHER, {315}, False),
        ("officer", UNIT, {315}, False),
        ("data_officer", OTHER, {315}, False),
        ("coordinator", OTHER, {261, 315}, True),
        ("coordinator", OTHER, {261}, False),
    ],
)
def test_a_side_is_acted_for_by_whoever_leads_it_wherever_it_lies_and_by_the_districts_coordinator(
    role: str, organization: UUID, districts: set[int], acts: bool
) -> None:
    assert acts_for_party(role, organization, districts, party=UNIT, district=315) is acts
