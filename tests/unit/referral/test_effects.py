"""What a task looks like when it is born; and the one place in which its columns are named."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.clocks import Times
from referral_service.domain.effects import effects, new_task, run_on
from referral_service.domain.lifecycle import decide
from referral_service.domain.listed_service import from_snapshot
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import NOTHING_SAID
from referral_service.domain.vocabulary import Clock, View
from referral_service.store.tables import task
from setu.roles import CASE_WORKER
from support.referral import JIBAN, OST, OST_OF_JIBAN, SAHAYA, STATION
from support.referrals.directory import a_listing

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
AT = Circumstances(NOW, SAHAYA, frozenset().__contains__, Times())
UNASKED = TaskView(
    id=UUID(int=1),
    root_id=UUID(int=1),
    reference="R-2222-2222",
    sender_organization=STATION,
    sender_role="officer",
    setting="street",
    district=315,
    needs=["OST"],
    priority="urgent",
    another_service=True,
    submitted_at=NOW,
    touched_at=NOW,
)
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
