"""Rules 1 and 2 of the wall, through HTTP: a hidden act put anywhere into a history changes no byte of any answer.

Given a history of acts that a referrer may know of, when hidden acts are put in anywhere, then every answer to the
referrer, every notice, and every answer years later is the same, byte for byte but for Date and X-Request-Id.
Here stand histories that are worth naming; `test_wall_*.py` play random ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Response, request
from sqlalchemy import select

from referral_service.domain.figures.tally import Tallied
from referral_service.store.figure_tally import add_tallies
from referral_service.store.tables import task
from service_kit.db.outbox import backlog
from support.fresh_databases import (
    Urls,
)
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
from support.referrals.app import a_referral_service
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
    MET,
    OPEN,
    OPENED_AT_THE_DESK,
    PRISON,
    VOICES,
    WORKING,
    assert_nothing_changes,
    prison_world,
    put_in,
    told,
)
from support.wall.world import CANDIDATES, DIRECT, World

VOID = Step("void", body=(("reason", "test"),))
NEAR = Step("release", body=(("expected_release", "2026-03-10"),))
AWAY = Step("release", 1, (("transfer_to", str(OTHER_PRISON)),))
LONG = Step("wait", body=(("minutes", 60 * 24 * 14),))
WITHDRAW = Step("withdraw", body=(("reason", "mistake"),))
SAID_NO = Step("fail", body=(("reason", "person_declined"),))
FOR_AN_OFFICER = (
    ([OPEN, ACCEPT], [(0, CODE)], DIRECT),
    ([OPEN, DECLINE], [(1, CODE)], DIRECT),
    ([LONG], [(0, CODE)], DIRECT),
    ([WITHDRAW], [(0, CODE)], DIRECT),
    ([SAID_NO], [(0, CODE)], DIRECT),
    ([OPEN, DECLINE, Step("accept", 1)], [(0, CODE)], CANDIDATES),
    ([DECLINE], [(1, Step("hand_on")), (1, CODE)], DIRECT),
    ([ACCEPT], [(1, step) for step in (*WORKING[1:], CLOSING[0], CODE)], DIRECT),
    ([OPEN, ACCEPT], [(1, VOID)], DIRECT),
    ([OPEN, ACCEPT], [(place, act) for place in (0, 1) for act in (OPENED_AT_THE_DESK, ANSWERED, MET)], DIRECT),
    ([OPEN, ACCEPT], [(1, Step("desk_by_code", body=(("kind", "withdrawal"),)))], DIRECT),
    ([LONG], [(0, ERASED), (0, ANSWERED)], CANDIDATES),
    ([OPEN, ACCEPT], [(place, voice) for place in (0, 1, 2) for voice in VOICES], DIRECT),
)
CHILD = {
    "service_id": str(FOR_CHILDREN),
    "needs": ["CHILD"],
    "person": a_named_person(age_band="under-18"),
    "consent": a_consent(authority="cwc"),
}
FOR_A_CHILD = (
    ([Step("open", 2), LONG], [(0, CODE)], CHILD),
    ([Step("decline", 2, (("reason", "no_capacity"),)), LONG], [(1, Step("hand_on"))], CHILD),
)
FOR_PRISON_HEALTH_STAFF = (
    ([OPEN, ASK, ANSWER], [(0, CODE)]),
    ([OPEN, ASK, ANSWER], [(2, CODE)]),
    ([ACCEPT, APPOINT], [(1, OPENED_AT_THE_DESK), (2, MET), (2, ERASED)]),
    ([OPEN, ASK, ANSWER], [(2, voice) for voice in VOICES]),
    ([OPEN, ASK, ACCEPT, APPOINT, ANSWER], [(3, CODE)]),
    ([ACCEPT, APPOINT], [(2, CODE), (2, CLOSING[0])]),
    ([ACCEPT, APPOINT], [(1, step) for step in WORKING[1:4]]),
    ([ACCEPT, APPOINT, NEAR, AWAY], [(1, CODE)]),
    ([ACCEPT, NEAR, AWAY, NEAR], [(1, CLOSING[1])]),
    ([DECLINE, NEAR, LONG], [(1, Step("hand_on")), (1, Step("take_on")), (2, CODE)]),
)


@pytest.mark.parametrize(("history", "acts", "sent_as"), FOR_AN_OFFICER + FOR_A_CHILD)
def test_a_hidden_act_changes_no_byte_for_an_officer_in_histories_worth_naming(
    lasting_setu: ReferralService, history: list[Step], acts: list[tuple[int, Step]], sent_as: dict[str, Any]
) -> None:
    assert_nothing_changes(World(lasting_setu, OFFICER), history, [acts], sent_as)


@pytest.mark.parametrize(("history", "acts"), FOR_PRISON_HEALTH_STAFF)
def test_a_hidden_act_changes_no_byte_for_prison_health_staff_in_histories_worth_naming(
    lasting_setu: ReferralService, history: list[Step], acts: list[tuple[int, Step]]
) -> None:
    assert_nothing_changes(prison_world(lasting_setu), history, [acts], {**DIRECT, **PRISON})


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


def test_a_readyz_that_tells_of_the_outbox_is_found(fresh_database: Callable[[str], Urls]) -> None:
    """While the broker is away: the oracle above must see a word about it."""
    leaky = a_referral_service(fresh_database("referral"))

    def leak(response: Response) -> Response:
        if request.path == "/readyz":
            with leaky.worker_db.transaction() as session:
                response.data = str(backlog(session).waiting)
        return response

    leaky.app.after_request(leak)
    world = World(leaky, OFFICER)
    without = told(world, put_in([ACCEPT, LATER], []), DIRECT)
    assert told(world, put_in([ACCEPT, LATER], [(1, CODE)]), DIRECT) != without


@dataclass
class CountingWorld(World):
    """Whose figures count that a person has taken the consent back."""

    def _code(self, step: Step) -> int:
        with self.setu.worker_db.transaction() as session:
            add_tallies(session, [Tallied("withdrawn")], at=MONDAY_NOON, district=KOLKATA)
        return super()._code(step)


def test_figures_that_count_a_hidden_act_are_found(lasting_setu: ReferralService) -> None:
    history = [OPEN, ACCEPT]
    without = told(CountingWorld(lasting_setu, OFFICER), put_in(history, []), DIRECT)
    assert told(CountingWorld(lasting_setu, OFFICER), put_in(history, [(1, CODE)]), DIRECT) != without


def test_figures_show_what_the_referrer_may_know(lasting_setu: ReferralService) -> None:
    """The property would be empty if one move of the view never showed."""
    found = [told(World(lasting_setu, OFFICER), put_in(history, []), DIRECT)[-1][-1] for history in ([], [ACCEPT])]
    assert b",accepted,10," in found[0][1][-1]
    assert b",accepted,15," in found[1][1][-1]


def test_a_planted_leak_is_found(fresh_database: Callable[[str], Urls]) -> None:
    """An `updated_at` of the task in the officer's answer: the oracle above must see it."""
    leaky = a_referral_service(fresh_database("referral"))

    def leak(response: Response) -> Response:
        if response.is_json and isinstance(body := response.get_json(), dict) and "state" in body:
            with leaky.worker_db.transaction() as session:
                touched = session.scalar(select(task.c.touched_at).where(task.c.id == body["id"]))
            response.data = leaky.app.json.dumps({**body, "updated_at": str(touched)})
        return response

    leaky.app.after_request(leak)
    world = World(leaky, OFFICER)
    history = [OPEN, ACCEPT, Step("wait", body=(("minutes", 60),))]
    without = told(world, put_in(history, []), DIRECT)
    assert told(world, put_in(history, []), DIRECT) == without
    assert told(world, put_in(history, [(3, CODE)]), DIRECT) != without
