"""Nothing gets stuck: wherever a referral stands, somebody has it on a list with a due time, or it has ended.

Given any history of teams, coordinators, prison health staff, the person and the clock, when the referral is open, then
its team finds it in the inbox with a due time; when it ended in a way that needs a hand, then the coordinator finds it
with a due time; and left alone, what waits for an answer ends.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import RowMapping, select

from referral_service.domain.clocks import Times
from referral_service.domain.status import UNDECIDED
from referral_service.store.tables import task
from service_kit.identity import Principal
from support.fresh_databases import FreshDatabases
from support.referral import (
    COORDINATOR,
    JIBAN,
    NURSE,
    SAHAYA,
    SHISHU,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    ReferralService,
)
from support.referrals.app import a_referral_service
from support.wall.acts import Step
from support.wall.histories import (
    ACCEPT,
    ANSWER,
    APPOINT,
    ASK,
    CLOSING,
    CODE,
    DECLINE,
    OPEN,
    PRISON,
    custody_visible,
    hidden,
    plays_random_histories,
    waits,
)
from support.wall.world import CANDIDATES, DIRECT, World

LONGEST = timedelta(days=16)
"""Seven working days, with two week-ends and as many holidays as there are in March."""
WORKERS = {SAHAYA: WORKER, JIBAN: WORKER_OF_JIBAN, SHISHU: WORKER_OF_SHISHU}
HAND_ON, TAKE_ON = Step("hand_on"), Step("take_on")


@pytest.fixture(scope="module")
def setu(fresh_databases: FreshDatabases) -> Iterator[ReferralService]:
    """One service for all histories; each begins with nothing."""
    with fresh_databases.clone("referral") as urls:
        yield a_referral_service(urls)


@plays_random_histories(usual=8)
@given(
    history=st.lists(st.one_of(custody_visible, custody_visible, waits, hidden), max_size=9),
    sent_to=st.sampled_from([DIRECT, CANDIDATES]),
    urgent=st.sampled_from([None, ["PREGNANT"]]),
)
@example(history=[OPEN, ASK, DECLINE, ANSWER], sent_to=CANDIDATES, urgent=None)
@example(history=[OPEN, ASK, CODE], sent_to=DIRECT, urgent=["PREGNANT"])
@example(history=[ACCEPT, APPOINT, CLOSING[1], Step("ask_for_another"), HAND_ON, TAKE_ON], sent_to=DIRECT, urgent=None)
def test_somebody_has_it_on_a_list_with_a_due_time_or_it_has_ended(
    setu: ReferralService, history: list[Step], sent_to: dict[str, Any], urgent: list[str] | None
) -> None:
    world = World(setu, NURSE)
    world.send(**sent_to, **PRISON, urgent=urgent)
    for number, step in enumerate([None, *history]):
        if step is not None:
            world.play(step, name=str(number))
        for row in records(setu):
            assert_falls_due(row, setu.clock.now())
    assert_listed(setu)
    left_alone(world)
    assert_listed(setu)


def records(setu: ReferralService) -> list[RowMapping]:
    """The referral and all records that it was forwarded to."""
    with setu.worker_db.transaction() as session:
        return list(session.execute(select(task)).mappings())


def is_undecided(row: RowMapping) -> bool:
    return row["status"] in UNDECIDED and row["closed_at"] is None


def needs_a_hand(row: RowMapping) -> bool:
    """By docs/lifecycle.md, and not by what the service keeps about it."""
    if row["ghost"] or row["forwarded_to"] or row["settled_at"]:
        return False
    unanswered = row["status"] == "cancelled" and row["reason"] == "no-response"
    declined = row["status"] == "rejected" and row["another_service"]
    return bool(unanswered or declined or row["forward_asked_at"])


def assert_falls_due(row: RowMapping, now: datetime) -> None:
    if is_undecided(row):
        assert now < row["expire_at"] <= now + LONGEST
        assert (row["ack_due"] is None) == (row["status"] == "received")
        assert (row["decision_due"] is None) == (row["status"] == "requested")
        assert row["clock"] in {"requested": {"acknowledge"}, "received": {"decide", "paused"}}[row["status"]]
        if row["clock"] == "paused":
            assert now < row["remind_at"] <= now + timedelta(days=8)
    elif row["closed_at"] is None:
        by = {
            "accepted": row["contact_due"],
            "in-progress": row["appointment_at"] or row["touched_at"] + Times().untouched,
            "on-hold": row["review_on"] and row["due"],
        }[row["status"]]
        assert by is not None
        assert row["due"] <= max(by, now)


def assert_listed(setu: ReferralService) -> None:
    """Everything that has not ended is found by somebody who exists."""
    teams = {organization: listed(setu, worker) for organization, worker in WORKERS.items()}
    coordinators = listed(setu, COORDINATOR)
    for row in records(setu):
        if row["closed_at"] is None:
            holders = [row["organization_id"]] if row["organization_id"] else row["candidate_organizations"]
            assert all(teams[holder][str(row["id"])] for holder in holders), dict(row)
        if needs_a_hand(row):
            assert coordinators[str(row["id"])], dict(row)


def listed(setu: ReferralService, who: Principal) -> dict[str, str | None]:
    """Referral → due time, of all that this person finds on the own list."""
    items = setu.get(who, "/api/referrals?limit=100").get_json()["items"]
    return {item["id"]: item["due"] for item in items}


def left_alone(world: World) -> None:
    """Nobody does anything any more: what waited is answered by the clock."""
    for day in range(0, LONGEST.days, 2):
        world.play(Step("wait", body=(("minutes", 2 * 60 * 24),)), name=f"left alone {day}")
    assert not [row for row in records(world.setu) if is_undecided(row)]
