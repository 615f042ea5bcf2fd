"""A request never just disappears: while a referral waits for an answer, something falls due that somebody will meet.

Given any history of teams, prison health staff, the person and the clock, when the referral is requested or received,
then it has an expiry ahead and a due time for the coordinator's list; and left alone, it ends.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import RowMapping, select

from referral_service.domain.vocabulary import UNDECIDED
from referral_service.store.tables import task
from support.fresh_databases import FreshDatabases
from support.referral import (
    COORDINATOR,
    NURSE,
    ReferralService,
    a_referral_service,
)
from support.referral_wall import (
    CANDIDATES,
    DIRECT,
    Step,
    World,
)
from support.wall_histories import (
    ANSWER,
    ASK,
    CODE,
    DECLINE,
    OPEN,
    PRISON,
    custody_visible,
    hidden,
    plays_random_histories,
    waits,
)

LONGEST = timedelta(days=16)
"""Seven working days, with two week-ends and as many holidays as there are in March."""


@pytest.fixture(scope="module")
def setu(fresh_databases: FreshDatabases) -> Iterator[ReferralService]:
    """One service for all histories; each begins with nothing."""
    with fresh_databases.clone("referral") as urls:
        yield a_referral_service(urls)


@plays_random_histories
@given(
    history=st.lists(st.one_of(custody_visible, custody_visible, waits, hidden), max_size=9),
    sent_to=st.sampled_from([DIRECT, CANDIDATES]),
    urgent=st.sampled_from([None, ["PREGNANT"]]),
)
@example(history=[OPEN, ASK, DECLINE, ANSWER], sent_to=CANDIDATES, urgent=None)
@example(history=[OPEN, ASK], sent_to=DIRECT, urgent=None)
@example(history=[OPEN, ASK, CODE], sent_to=DIRECT, urgent=["PREGNANT"])
def test_what_waits_for_an_answer_always_falls_due(
    setu: ReferralService, history: list[Step], sent_to: dict[str, Any], urgent: list[str] | None
) -> None:
    world = World(setu, NURSE)
    world.send(**sent_to, **PRISON, urgent=urgent)
    for number, step in enumerate([None, *history]):
        if step is not None:
            world.play(step, name=str(number))
        for row in waiting(setu):
            assert_falls_due(setu, row)
    left_alone(world)


def waiting(setu: ReferralService) -> list[RowMapping]:
    """The records that wait for an answer, those that were forwarded too."""
    undecided = select(task).where(task.c.status.in_(UNDECIDED), task.c.closed_at.is_(None))
    with setu.worker_db.transaction() as session:
        return list(session.execute(undecided).mappings())


def assert_falls_due(setu: ReferralService, row: RowMapping) -> None:
    now = setu.clock.now()
    assert row["expire_at"] is not None
    assert now < row["expire_at"] <= now + LONGEST
    assert (row["ack_due"] is None) == (row["status"] == "received")
    assert (row["decision_due"] is None) == (row["status"] == "requested")
    assert row["clock"] in {"requested": {"acknowledge"}, "received": {"decide", "paused"}}[row["status"]]
    if row["clock"] == "paused":
        assert now < row["remind_at"] <= now + timedelta(days=8)


def left_alone(world: World) -> None:
    """Nobody does anything any more: what waited is answered by the clock, and is on the coordinator's list."""
    left = {row["id"]: row["ghost"] for row in waiting(world.setu)}
    for day in range(LONGEST.days):
        world.play(Step("wait", body=(("minutes", 60 * 24),)), name=f"left alone {day}")
    assert waiting(world.setu) == []
    listed = {item["id"] for item in world.setu.get(COORDINATOR, "/api/referrals").get_json()["items"]}
    assert {str(key) for key, ghost in left.items() if not ghost} <= listed
