"""Rules of a meeting: what may be done to it and when, who puts what onto its agenda, whose an action is to hear of."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from directory_service.organizations.domain.standing import ACTIVE, CLOSED
from directory_service.partnership.domain.actions import ACTION_ENDS
from directory_service.partnership.domain.board import state_once_answered
from directory_service.partnership.domain.meetings import (
    CANCELLED,
    HELD,
    MOVES,
    NOT_QUORATE,
    PLANNED,
    PROPOSALS_PART,
    PROPOSED,
    STATES,
    NotNow,
    check_move,
    is_open_to,
    part_of_item,
    takes_items_of,
)
from directory_service.partnership.domain.quorum import everybody_counts, who_could_agree
from directory_service.partnership.domain.reminders import ACTION_STEPS, is_coordinators
from directory_service.partnership.domain.silence import is_overdue, state_hears
from directory_service.partnership.domain.table_of_meeting import TABLE_KINDS
from directory_service.partnership.domain.visits import check_asked
from setu.roles import COORDINATOR, PROVIDER_MANAGER, UNIT_SUPERVISOR

HOUR = datetime(2026, 11, 24, 10, tzinfo=UTC)
BEFORE, LATER = HOUR - timedelta(minutes=1), HOUR + timedelta(minutes=1)


def open_moves(state: str, now: datetime, *, confirmed: bool = False) -> set[str]:
    return {move for move in MOVES if is_open_to(move, state, HOUR, now, confirmed=confirmed)}


@pytest.mark.parametrize(
    ("state", "ahead", "begun"),
    [
        (PROPOSED, {"plan", "cancel"}, {"cancel"}),
        (PLANNED, {"plan", "cancel", "change"}, {"cancel", "settle", "write", "change"}),
        (HELD, {"change", "confirm"}, {"write", "change", "confirm"}),
        (NOT_QUORATE, {"change", "confirm"}, {"write", "change", "confirm"}),
        (CANCELLED, set(), set()),
    ],
)
def test_a_meeting_is_planned_before_its_hour_and_settled_and_written_from_it_on(
    state: str, ahead: set[str], begun: set[str]
) -> None:
    assert open_moves(state, BEFORE) == ahead
    assert open_moves(state, HOUR) == open_moves(state, LATER) == begun


def test_confirmed_minutes_are_only_added_to() -> None:
    assert open_moves(HELD, LATER, confirmed=True) == {"write"}
    with pytest.raises(NotNow):
        check_move("change", HELD, HOUR, LATER, confirmed=True)


@pytest.mark.parametrize("role", [UNIT_SUPERVISOR, PROVIDER_MANAGER])
def test_a_side_proposes_until_the_meeting_begins_and_among_the_proposals_alone(role: str) -> None:
    assert [takes_items_of(role, PLANNED, HOUR, now) for now in (BEFORE, LATER)] == [True, False]
    assert part_of_item(role, 5) == PROPOSALS_PART


def test_a_coordinator_proposes_until_the_day_is_over_and_in_any_part() -> None:
    assert [takes_items_of(COORDINATOR, PLANNED, HOUR, now) for now in (BEFORE, LATER)] == [True, True]
    assert not any(takes_items_of(COORDINATOR, state, HOUR, HOUR + timedelta(days=1)) for state in STATES)
    assert part_of_item(COORDINATOR, 5) == 5


def test_only_a_coordinator_drops_an_action() -> None:
    assert set(ACTION_ENDS["done"]) == {UNIT_SUPERVISOR, PROVIDER_MANAGER, COORDINATOR}
    assert list(ACTION_ENDS["dropped"]) == [COORDINATOR]


def test_of_an_action_the_coordinator_hears_last_and_at_once_where_nobody_else_is_left() -> None:
    steps = [step for step in ACTION_STEPS if is_coordinators(step, "police_unit", ACTIVE)]
    assert steps == [min(ACTION_STEPS)]
    assert all(is_coordinators(step, "coordinating_body", ACTIVE) for step in ACTION_STEPS)
    assert all(is_coordinators(step, "provider", CLOSED) for step in ACTION_STEPS)


def test_a_state_hears_of_silence_fifteen_days_after_its_district() -> None:
    held = date(2026, 9, 1)
    days = [held + timedelta(days=count) for count in (45, 46, 60, 61)]
    assert [is_overdue(held, held, day) for day in days] == [False, True, True, True]
    assert [state_hears(held, held, day) for day in days] == [False, False, False, True]


def test_an_item_of_the_board_that_is_done_or_hidden_takes_no_answer() -> None:
    assert [state_once_answered(state) for state in ("open", "answered", "on_agenda")] == [
        "answered",
        "answered",
        "on_agenda",
    ]
    for state in ("done", "hidden"):
        with pytest.raises(NotNow):
            state_once_answered(state)


def test_a_visit_is_asked_for_a_day_ahead_and_for_eight_people_at_most() -> None:
    today = HOUR.date()
    check_asked(today + timedelta(days=1), 8, today)
    with pytest.raises(NotNow):
        check_asked(today, 8, today)
    for seats in (0, 9):
        with pytest.raises(ValueError, match=str(seats)):
            check_asked(today + timedelta(days=1), seats, today)


def test_where_no_agreement_is_in_force_whoever_could_have_one_counts_and_a_court_never() -> None:
    unit, provider = {uuid4()}, {uuid4()}
    assert not everybody_counts((unit, provider))
    assert everybody_counts((set(), set()))
    table = {uuid4(): kind for kind in TABLE_KINDS}
    units, providers = who_could_agree(table)
    assert sorted(table[each] for each in units) == ["police_unit", "prison"]
    assert [table[each] for each in providers] == ["provider"]
