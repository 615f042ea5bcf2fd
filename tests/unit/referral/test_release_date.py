"""What a release date makes of flags, priority, reminders, and of prison health staff's own row."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain import clocks
from referral_service.domain.circumstances import Circumstances
from referral_service.domain.clocks import Times
from referral_service.domain.custody_row import CustodyRow
from referral_service.domain.effects import effects, new_task
from referral_service.domain.lifecycle import decide
from referral_service.domain.listed_service import from_snapshot
from referral_service.domain.move_deadlines import follow_release, leaving_on
from referral_service.domain.priority import ROUTINE, URGENT
from referral_service.domain.referrer_view import View
from referral_service.domain.release_date import (
    flags_now,
    leaves_soon,
    may_say_release,
    release_day,
    release_faults,
    release_flags,
)
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import NOTHING_SAID
from setu.india import day_in_india
from setu.roles import CASE_WORKER, CUSTODY_HEALTH, OFFICER
from support.referral import OST, PRISON, SAHAYA
from support.referrals.directory import a_listing

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
AT = Circumstances(NOW, SAHAYA, frozenset().__contains__, Times())
UNASKED = TaskView(
    id=UUID(int=1),
    root_id=UUID(int=1),
    reference="R-2222-2222",
    sender_organization=PRISON,
    sender_role="custody_health",
    setting="prison",
    district=315,
    needs=["OST"],
    priority=ROUTINE,
    another_service=True,
    submitted_at=NOW,
    touched_at=NOW,
)
SERVICE = from_snapshot(a_listing(OST, SAHAYA), "Name")
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=40)


def a_task(priority: str = ROUTINE) -> TaskView:
    return new_task(replace(UNASKED, priority=priority), [SERVICE], direct=True, at=AT)


def after(task: TaskView, event: str, at: Circumstances = AT) -> TaskView:
    decision = decide(event, task.known_facts(SAHAYA, View.SENT), CASE_WORKER, NOTHING_SAID)
    return effects(task, decision, NOTHING_SAID, at)


@pytest.mark.parametrize(
    ("days", "flags", "soon"),
    [
        (-1, (), True),
        (0, ("RELEASE_TODAY",), True),
        (1, ("RELEASE_14_DAYS",), True),
        (14, ("RELEASE_14_DAYS",), True),
        (15, (), False),
    ],
)
def test_flags_follow_the_date_and_a_release_that_has_passed_stays_urgent(
    days: int, flags: tuple[str, ...], soon: bool
) -> None:
    day = TODAY + timedelta(days=days)
    assert (release_flags(day, TODAY), leaves_soon(day, TODAY)) == (flags, soon)


def test_a_date_takes_the_place_of_what_was_ticked_by_hand() -> None:
    assert flags_now(["RELEASE_TODAY", "PREGNANT"], LATER, TODAY) == ("PREGNANT",)
    assert flags_now(["RELEASE_14_DAYS"], TODAY, TODAY) == ("RELEASE_TODAY",)
    assert flags_now(["RELEASE_14_DAYS"], None, TODAY) == ("RELEASE_14_DAYS",)


def test_a_release_is_said_as_a_date_or_a_word() -> None:
    assert [release_day(said, TODAY) for said in (LATER, "today", "unknown")] == [LATER, TODAY, None]


def test_a_near_release_makes_it_urgent_from_now_on_and_leaves_the_expiry() -> None:
    urgent = leaving_on(a_task(), SOON, AT)
    assert (urgent.priority, urgent.remind_at, urgent.due) == (
        URGENT,
        NOW + timedelta(minutes=30),
        NOW + timedelta(hours=2),
    )
    assert urgent.expire_at == a_task().expire_at


def test_a_release_that_moves_away_makes_it_routine_but_never_reminds_after_the_expiry() -> None:
    urgent = replace(a_task(URGENT), release_on=SOON)
    routine = leaving_on(urgent, LATER, AT)
    assert routine.priority == ROUTINE
    assert (routine.remind_at, routine.escalate_at, routine.expire_at) == (
        urgent.remind_at,
        urgent.escalate_at,
        urgent.expire_at,
    )


def test_what_is_urgent_for_another_reason_stays_urgent() -> None:
    pregnant = replace(a_task(URGENT), urgent_otherwise=True, release_on=SOON)
    assert leaving_on(pregnant, LATER, AT) == replace(pregnant, release_on=LATER)


def test_a_decision_and_a_contact_are_asked_for_sooner() -> None:
    opened = after(a_task(), "open")
    assert leaving_on(opened, SOON, AT).decision_due == NOW + timedelta(hours=4)
    assert leaving_on(opened, SOON, AT).expire_at == opened.expire_at
    assert leaving_on(after(opened, "accept"), SOON, AT).contact_due == NOW + timedelta(hours=24)


def test_an_escalation_that_was_given_is_not_given_again() -> None:
    told = replace(a_task(), remind_at=None, escalate_at=None)
    urgent = leaving_on(told, SOON, AT)
    assert (urgent.priority, urgent.remind_at, urgent.escalate_at) == (URGENT, None, None)


@given(days=st.integers(-3, 60), moved_to=st.integers(-3, 60), opened=st.booleans(), minutes=st.integers(0, 1400))
def test_an_expiry_never_moves_and_a_reminder_that_moves_comes_before_it(
    days: int, moved_to: int, opened: bool, minutes: int
) -> None:
    first = follow_release(replace(a_task(), release_on=TODAY + timedelta(days=days)), AT)
    task = after(first, "open") if opened else first
    at = replace(AT, now=NOW + timedelta(minutes=minutes))
    moved = leaving_on(task, TODAY + timedelta(days=moved_to), at)
    assert moved.expire_at is not None
    assert moved.expire_at == task.expire_at
    for name in ("remind_at", "escalate_at", "due"):
        moment = getattr(moved, name)
        assert moment in {None, getattr(task, name)} or at.now < moment < moved.expire_at, name


rows = st.builds(
    CustodyRow,
    open_question=st.sampled_from([None, "visit_possible"]),
    appointment_at=st.one_of(st.none(), st.integers(0, 60).map(lambda days: NOW + timedelta(days=days))),
    release_on=st.one_of(st.none(), st.integers(0, 60).map(lambda days: TODAY + timedelta(days=days))),
    urgent_otherwise=st.booleans(),
    release_ticked=st.booleans(),
    ended_at=st.sampled_from([None, NOW]),
    version=st.integers(0, 9),
)


@given(row=rows, days=st.lists(st.integers(0, 90), min_size=2, max_size=2).map(sorted))
def test_whatever_a_day_changes_in_the_custody_row_its_version_tells(row: CustodyRow, days: list[int]) -> None:
    earlier, later = (NOW + timedelta(days=count) for count in days)

    def shown(now: datetime) -> tuple[object, ...]:
        return row.question(now), row.appointment(now), row.priority(now), row.over(now)

    if shown(earlier) != shown(later):
        assert row.shown_version(later) > row.shown_version(earlier)
    else:
        assert row.shown_version(later) == row.shown_version(earlier)


def test_release_and_transfer_end_the_row() -> None:
    row = CustodyRow(
        "visit_possible",
        NOW + timedelta(days=3),
        TODAY,
        urgent_otherwise=False,
        release_ticked=False,
        ended_at=None,
        version=1,
    )
    tomorrow = NOW + timedelta(days=1)
    assert (row.question(NOW), row.appointment(NOW)) == ("visit_possible", row.appointment_at)
    assert (row.question(tomorrow), row.appointment(tomorrow), row.over(tomorrow)) == (None, None, True)
    assert replace(row, release_on=None, ended_at=NOW).over(NOW)
    assert day_in_india(NOW) == TODAY


def test_the_spans_have_names() -> None:
    assert clocks.coordinate_due(URGENT, NOW, AT.is_holiday, AT.times) == NOW + timedelta(hours=4)
    assert clocks.coordinate_due(ROUTINE, NOW, AT.is_holiday, AT.times) == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "urgent", "faults"),
    [
        (None, [], []),
        (None, ["RELEASE_TODAY", "RELEASE_14_DAYS"], ["both"]),
        ("2026-03-01", [], ["date"]),
        ("2026-03-02", ["RELEASE_TODAY"], []),
        ("2026-03-03", ["RELEASE_TODAY"], ["date_and_flag"]),
        ("2026-03-16", ["RELEASE_14_DAYS"], []),
        ("2026-03-17", ["RELEASE_14_DAYS"], ["date_and_flag"]),
        ("2036-03-02", [], []),
        ("2099-01-01", ["PREGNANT"], ["date"]),
    ],
)
def test_a_release_that_cannot_be_is_named(day: str | None, urgent: list[str], faults: list[str]) -> None:
    on = None if day is None else date.fromisoformat(day)
    assert list(release_faults(on, urgent, TODAY)) == faults


@pytest.mark.parametrize(
    ("role", "setting", "may"),
    [(OFFICER, "prison", True), (OFFICER, "station", False), (CUSTODY_HEALTH, "prison", True)],
)
def test_a_release_is_said_from_prison_alone(role: str, setting: str, may: bool) -> None:
    assert may_say_release(role, setting) is may
