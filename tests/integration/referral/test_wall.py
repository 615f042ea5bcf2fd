"""Rules 1 and 2 of the wall, through HTTP: a hidden act put anywhere into a history changes no byte of any answer.

Given a history of acts that a referrer may know of, when hidden acts are put in anywhere, then every answer to the
referrer, every notice, and every answer years later is the same, byte for byte but for Date and X-Request-Id.
Here stand histories that are worth naming; `test_wall_*.py` play random ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Response, request
from sqlalchemy import select

from referral_service.domain.figures.tally import Tallied
from referral_service.store.figure_tally import add_tallies
from referral_service.store.tables import task
from service_kit.db.outbox import backlog
from support.referral import (
    FOR_CHILDREN,
    KOLKATA,
    MONDAY_NOON,
    OFFICER,
    OTHER_PRISON,
    ReferralService,
    a_consent,
    a_named_person,
)
from support.wall.acts import Step
from support.wall.histories import (
    ACCEPT,
    ANSWER,
    ANSWERED,
    APPOINT,
    ASK,
    CLOSING,
    CODE,
    DECLINE,
    ERASED,
    LOOK,
    MET,
    OPEN,
    OPENED_AT_THE_DESK,
    PRISON,
    VOICES,
    WORKING,
    HiddenActs,
    assert_nothing_changes,
    prison_world,
    put_in,
    told,
)
from support.wall.leaks import leaking
from support.wall.world import AGES, CANDIDATES, DIRECT, World

VOID = Step("void", body=(("reason", "test"),))
NEAR = Step("release", body=(("expected_release", "2026-03-10"),))
AWAY = Step("release", 1, (("transfer_to", str(OTHER_PRISON)),))
LONG = Step("wait", body=(("minutes", 60 * 24 * 14),))
WITHDRAW = Step("withdraw", body=(("reason", "mistake"),))
SOON = AGES[:1]
"""What the oracle has seen by then, it need not be asked years later."""
SAID_NO = Step("fail", body=(("reason", "person_declined"),))
FOR_AN_OFFICER = (
    (
        [OPEN, ACCEPT],
        DIRECT,
        (
            [(0, CODE)],
            [(1, VOID)],
            [(place, act) for place in (0, 1) for act in (OPENED_AT_THE_DESK, ANSWERED, MET)],
            [(1, Step("desk_by_code", body=(("kind", "withdrawal"),)))],
            [(place, voice) for place in (0, 1, 2) for voice in VOICES],
        ),
    ),
    ([OPEN, DECLINE], DIRECT, [[(1, CODE)]]),
    ([LONG], DIRECT, ([(0, CODE)], [(0, LOOK)])),
    ([WITHDRAW], DIRECT, [[(0, CODE)]]),
    ([SAID_NO], DIRECT, [[(0, CODE)]]),
    ([OPEN, DECLINE, Step("accept", 1)], CANDIDATES, [[(0, CODE)]]),
    ([DECLINE], DIRECT, [[(1, Step("hand_on")), (1, CODE)]]),
    ([ACCEPT], DIRECT, [[(1, step) for step in (*WORKING[1:], CLOSING[0], CODE)]]),
    ([LONG], CANDIDATES, [[(0, ERASED), (0, ANSWERED)]]),
)
CHILD = {
    "service_id": str(FOR_CHILDREN),
    "needs": ["CHILD"],
    "person": a_named_person(age_band="under-18"),
    "consent": a_consent(authority="cwc"),
}
FOR_A_CHILD = (
    ([Step("open", 2), LONG], CHILD, [[(0, CODE)]]),
    ([Step("decline", 2, (("reason", "no_capacity"),)), LONG], CHILD, [[(1, Step("hand_on"))]]),
)
FOR_PRISON_HEALTH_STAFF = (
    ([OPEN, ASK, ANSWER], ([(0, CODE)], [(0, LOOK)], [(2, CODE)], [(2, voice) for voice in VOICES])),
    ([OPEN, ASK, ACCEPT, APPOINT, ANSWER], [[(3, CODE)]]),
    (
        [ACCEPT, APPOINT],
        (
            [(1, OPENED_AT_THE_DESK), (2, MET), (2, ERASED)],
            [(2, CODE), (2, CLOSING[0])],
            [(1, step) for step in WORKING[1:4]],
        ),
    ),
    ([ACCEPT, APPOINT, NEAR, AWAY], [[(1, CODE)]]),
    ([ACCEPT, NEAR, AWAY, NEAR], [[(1, CLOSING[1])]]),
    ([DECLINE, NEAR, LONG], [[(1, Step("hand_on")), (1, Step("take_on")), (2, CODE)]]),
)


@pytest.mark.parametrize(("history", "sent_as", "hidden_acts"), FOR_AN_OFFICER + FOR_A_CHILD)
def test_a_hidden_act_changes_no_byte_for_an_officer_in_histories_worth_naming(
    lasting_setu: ReferralService, history: list[Step], sent_as: dict[str, Any], hidden_acts: Sequence[HiddenActs]
) -> None:
    assert_nothing_changes(World(lasting_setu, OFFICER), history, hidden_acts, sent_as)


@pytest.mark.parametrize(("history", "hidden_acts"), FOR_PRISON_HEALTH_STAFF)
def test_a_hidden_act_changes_no_byte_for_prison_health_staff_in_histories_worth_naming(
    lasting_setu: ReferralService, history: list[Step], hidden_acts: Sequence[HiddenActs]
) -> None:
    assert_nothing_changes(prison_world(lasting_setu), history, hidden_acts, {**DIRECT, **PRISON})


def test_the_histories_reach_every_view(lasting_setu: ReferralService) -> None:
    """The property would be empty if its acts never worked."""
    world = World(lasting_setu, OFFICER)
    for history, state in (
        ([], "sent"),
        ([OPEN], "opened"),
        ([OPEN, ACCEPT], "accepted"),
        ([DECLINE], "not_taken"),
        ([Step("wait", body=(("minutes", 60 * 24 * 14),))], "not_answered"),
        ([Step("withdraw", body=(("reason", "mistake"),))], "withdrawn"),
    ):
        world.send(**DIRECT)
        for number, step in enumerate(history):
            assert world.play(step, name=str(number)) in {0, 200}
        assert lasting_setu.shown(OFFICER, world.referral)["state"] == state


LATER = Step("wait", body=(("minutes", 31),))


@pytest.mark.parametrize("broker_runs", [False, True])
def test_health_says_the_same_after_a_hidden_act_whether_or_not_the_broker_runs(
    lasting_setu: ReferralService, broker_runs: bool
) -> None:
    world = World(lasting_setu, OFFICER, addresses=("/healthz", "/readyz"), broker_runs=broker_runs)
    without = told(world, put_in([ACCEPT, LATER], []), DIRECT)
    assert told(world, put_in([ACCEPT, LATER], [(1, CODE)]), DIRECT) == without


def test_a_readyz_that_tells_of_the_outbox_is_found(lasting_setu: ReferralService) -> None:
    """While the broker is away: the oracle above must see a word about it."""

    def leak(response: Response) -> Response:
        if request.path == "/readyz":
            with lasting_setu.worker_db.transaction() as session:
                response.data = str(backlog(session).waiting)
        return response

    world = World(lasting_setu, OFFICER)
    with leaking(lasting_setu, leak):
        without = told(world, put_in([ACCEPT, LATER], []), DIRECT, SOON)
        assert told(world, put_in([ACCEPT, LATER], [(1, CODE)]), DIRECT, SOON) != without


@dataclass
class CountingWorld(World):
    """Whose figures count that a person has taken the consent back."""

    def _code(self, step: Step) -> int:
        with self.setu.worker_db.transaction() as session:
            add_tallies(session, [Tallied("withdrawn")], at=MONDAY_NOON, district=KOLKATA)
        return super()._code(step)


def test_figures_that_count_a_hidden_act_are_found(lasting_setu: ReferralService) -> None:
    history = [OPEN, ACCEPT]
    without = told(CountingWorld(lasting_setu, OFFICER), put_in(history, []), DIRECT, SOON)
    assert told(CountingWorld(lasting_setu, OFFICER), put_in(history, [(1, CODE)]), DIRECT, SOON) != without


def test_figures_show_what_the_referrer_may_know(lasting_setu: ReferralService) -> None:
    """The property would be empty if one move of the view never showed."""
    world = World(lasting_setu, OFFICER)
    found = [told(world, put_in(history, []), DIRECT, SOON)[-1][-1] for history in ([], [ACCEPT])]
    assert b",accepted,10," in found[0][1][-1]
    assert b",accepted,15," in found[1][1][-1]


def test_a_planted_leak_is_found(lasting_setu: ReferralService) -> None:
    """An `updated_at` of the task in the officer's answer: the oracle above must see it."""

    def leak(response: Response) -> Response:
        if response.is_json and isinstance(body := response.get_json(), dict) and "state" in body:
            with lasting_setu.worker_db.transaction() as session:
                touched = session.scalar(select(task.c.touched_at).where(task.c.id == body["id"]))
            response.data = lasting_setu.app.json.dumps({**body, "updated_at": str(touched)})
        return response

    world = World(lasting_setu, OFFICER)
    history = [OPEN, ACCEPT, Step("wait", body=(("minutes", 60),))]
    with leaking(lasting_setu, leak):
        without = told(world, put_in(history, []), DIRECT, SOON)
        assert told(world, put_in(history, []), DIRECT, SOON) == without
        assert told(world, put_in(history, [(3, CODE)]), DIRECT, SOON) != without
