"""What a task looks like when it is born; and the one place in which its columns are named."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.clocks import Clock, Times
from referral_service.domain.effects import effects, is_team_told, new_task, run_on
from referral_service.domain.lifecycle import decide
from referral_service.domain.listed_service import from_snapshot
from referral_service.domain.referrer_view import View
from referral_service.domain.status import Status
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import NOTHING_SAID
from referral_service.domain.transitions import TRANSITIONS, Transition
from referral_service.store.tables import task
from setu.roles import CASE_WORKER
from support.referral import JIBAN, OST, OST_OF_JIBAN, SAHAYA
from support.referrals.directory import a_listing
from support.referrals.unasked_task import MONDAY_NOON as NOW
from support.referrals.unasked_task import an_unasked_task

AT = Circumstances(NOW, SAHAYA, frozenset().__contains__, Times())
UNASKED = an_unasked_task()
SERVICES = [from_snapshot(a_listing(*pair), "Name") for pair in ((OST, SAHAYA), (OST_OF_JIBAN, JIBAN))]


def test_a_task_names_each_of_its_columns_once() -> None:
    assert {field.name for field in fields(TaskView)} | {"sender_account"} == set(task.c.keys())


def test_one_service_holds_the_task_and_its_clock_runs() -> None:
    task_of_one = new_task(UNASKED, SERVICES[:1], direct=True, at=AT)

    assert (task_of_one.organization_id, task_of_one.service_id) == (SAHAYA, OST)
    assert (task_of_one.clock, task_of_one.due) == (Clock.ACKNOWLEDGE, NOW + timedelta(hours=2))
    assert task_of_one.expire_at == NOW + timedelta(hours=24)


@pytest.mark.parametrize("days", [0, 2])
def test_a_pause_is_added_to_the_decisions_due_time_and_the_expiry_stays(days: int) -> None:
    asked = new_task(UNASKED, SERVICES[:1], direct=True, at=AT)
    opened = effects(
        asked, decide("open", asked.known_facts(SAHAYA, View.SENT), CASE_WORKER, NOTHING_SAID), NOTHING_SAID, AT
    )
    paused = replace(opened, clock=Clock.PAUSED, paused_at=NOW, remind_at=None, escalate_at=None)

    later = run_on(paused, replace(AT, now=NOW + timedelta(days=days)))

    assert later.decision_due == NOW + timedelta(hours=4, days=days)
    assert (later.clock, later.paused_at, later.expire_at) == (Clock.DECIDE, None, opened.expire_at)
    assert run_on(opened, AT) == opened


def row_of(event: str) -> Transition:
    return next(row for row in TRANSITIONS if row.event == event and row.tells is not None)


def test_that_consent_was_taken_back_is_told_to_a_team_that_opened_it_or_saw_the_card_and_to_no_other() -> None:
    asked = new_task(UNASKED, SERVICES[:1], direct=True, at=AT)
    opened = replace(asked, status=Status.RECEIVED, opened_at=NOW)
    shown = replace(asked, card_shown_at=NOW)

    for event in ("withdraw-consent", "void"):
        assert [is_team_told(each, row_of(event)) for each in (asked, opened, shown)] == [False, True, True], event


def test_a_ghosts_team_hears_nothing_but_what_asks_for_an_answer() -> None:
    ghost = replace(new_task(UNASKED, SERVICES[:1], direct=True, at=AT), ghost=True, status=Status.RECEIVED)
    reopened = next(row for row in TRANSITIONS if row.tells_of_ghosts)

    assert [is_team_told(ghost, row_of(event)) for event in ("withdraw", "expire", "fail")] == [False] * 3
    assert is_team_told(ghost, reopened)


def test_the_rest_hear_that_a_candidate_left_only_if_it_had_been_claimed() -> None:
    asked = new_task(UNASKED, SERVICES, direct=False, at=AT)
    leaves = next(row for row in TRANSITIONS if row.drops)

    assert not is_team_told(asked, leaves)
    assert is_team_told(replace(asked, organization_id=SAHAYA), leaves)
