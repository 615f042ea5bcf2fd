"""Rules 1 and 2 of the wall, through HTTP: a hidden act put anywhere into a history changes no byte of any answer.

Given a history of acts that a referrer may know of, when hidden acts are put in anywhere, then every answer to the
referrer, every notice, and every answer years later is the same, byte for byte but for Date and X-Request-Id.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Response, request
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from builders_referral import NURSE, OFFICER, ReferralService, a_referral_service
from builders_referral_wall import CANDIDATES, DIRECT, Step, World, years_later
from fresh_databases import FreshDatabases, Urls
from referral_service.store.tables import task
from service_kit.db.outbox import backlog

SOAK = os.environ.get("SETU_HISTORIES")  # `make soak` plays that many random ones; else the same few on every run
HISTORIES = settings(
    max_examples=int(SOAK or 9),
    deadline=None,
    derandomize=SOAK is None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
MINUTES = (10, 31, 121, 60 * 25, 60 * 24 * 3, 60 * 24 * 14)
REVIEW = (("reason", "ill"), ("review_on", "2026-06-01"))

teams = st.integers(0, 2)
waits = st.sampled_from(MINUTES).map(lambda minutes: Step("wait", body=(("minutes", minutes),)))
declines = st.builds(
    lambda team, reason: Step("decline", team, (("reason", reason),)),
    teams,
    st.sampled_from(["no_capacity", "not_right_service", "outside_area"]),
)
withdrawals = st.sampled_from(["mistake", "person_asked"]).map(
    lambda reason: Step("withdraw", body=(("reason", reason),))
)
visible = st.one_of(
    teams.map(lambda team: Step("open", team)),
    teams.map(lambda team: Step("accept", team)),
    teams.map(lambda team: Step("fail", team, (("reason", "person_declined"),))),
    declines,
    withdrawals,
    waits,
)
SPARING = (
    Step("code"),
    Step("data_officer"),
    Step("void", body=(("reason", "test"),)),
    Step("arrival"),
    Step("identity"),
    Step("sweep"),
    Step("hand_on"),
)
"""Hidden acts after which the team may do all that it could have done."""
WORKING = (
    Step("withdraw-consent"),
    Step("start", body=(("first_contact", "2026-03-02"),)),
    Step("contact", body=(("attempt", "no_answer"),)),
    Step("hold", body=REVIEW),
    Step("resume"),
)
CLOSING = (Step("complete", body=(("outcome", "engaged"),)), Step("fail", body=(("reason", "moved"),)))
hidden = st.sampled_from([*SPARING, *WORKING, *CLOSING])


@pytest.fixture(scope="module")
def setu(fresh_databases: FreshDatabases) -> Iterator[ReferralService]:
    """One service for all histories; each begins with nothing."""
    with fresh_databases.clone("referral") as urls:
        yield a_referral_service(urls)


def told(world: World, steps: Sequence[tuple[bool, Step]], sent_as: dict[str, Any]) -> list[Any]:
    """Play it and note what the referrer is told after the submission and after every act that may be known."""
    world.send(**sent_as)
    found, visible_so_far = [world.glance()], 0
    for place, (is_hidden, step) in enumerate(steps):
        if is_hidden:
            world.play(step, name=f"hidden {place}")
            continue
        visible_so_far += 1
        world.play(step, name=f"step {visible_so_far}")
        found.append(world.glance())
    found.append(world.answers())
    return [found, world.replies, world.notices(), years_later(world)]


def put_in(history: Sequence[Step], acts: Sequence[tuple[int, Step]]) -> list[tuple[bool, Step]]:
    """The history with hidden acts before the given places."""
    mixed: list[tuple[bool, Step]] = []
    for place in range(len(history) + 1):
        mixed += [(True, act) for wanted, act in acts if wanted % (len(history) + 1) == place]
        mixed += [(False, history[place])] if place < len(history) else []
    return mixed


OPEN, ACCEPT = Step("open"), Step("accept")
DECLINE = Step("decline", body=(("reason", "no_capacity"),))
CODE = Step("code")


@HISTORIES
@given(
    history=st.lists(visible, max_size=4),
    acts=st.lists(st.tuples(st.integers(0, 4), hidden), min_size=1, max_size=3),
    sent_as=st.sampled_from([DIRECT, CANDIDATES]),
)
@example(history=[OPEN, ACCEPT], acts=[(0, CODE)], sent_as=DIRECT)
@example(history=[OPEN, DECLINE], acts=[(1, CODE)], sent_as=DIRECT)
@example(history=[Step("wait", body=(("minutes", 60 * 24 * 14),))], acts=[(0, CODE)], sent_as=DIRECT)
@example(history=[Step("withdraw", body=(("reason", "mistake"),))], acts=[(0, CODE)], sent_as=DIRECT)
@example(history=[Step("fail", body=(("reason", "person_declined"),))], acts=[(0, CODE)], sent_as=DIRECT)
@example(history=[OPEN, DECLINE, Step("accept", 1)], acts=[(0, CODE)], sent_as=CANDIDATES)
@example(history=[DECLINE], acts=[(1, Step("hand_on")), (1, CODE)], sent_as=DIRECT)
@example(history=[ACCEPT], acts=[(1, step) for step in (*WORKING[1:], CLOSING[0], CODE)], sent_as=DIRECT)
@example(history=[OPEN, ACCEPT], acts=[(1, Step("void", body=(("reason", "test"),)))], sent_as=DIRECT)
def test_a_hidden_act_anywhere_changes_no_byte_for_an_officer(
    setu: ReferralService, history: list[Step], acts: list[tuple[int, Step]], sent_as: dict[str, Any]
) -> None:
    world = World(setu, OFFICER)
    without = told(world, put_in(history, []), sent_as)
    assert told(world, put_in(history, acts), sent_as) == without


ASK = Step("ask", body=(("question", "visit_possible"),))
ANSWER = Step("answer", body=(("answer", "yes"),))
APPOINT = Step("contact", body=(("attempt", "reached"), ("next_appointment", "2026-03-30T05:00:00Z")))
PRISON = {"setting": "prison", "expected_release": "2026-04-15"}
custody_visible = st.one_of(
    st.just(OPEN), st.just(ACCEPT), st.just(ASK), st.just(ANSWER), st.just(APPOINT), st.just(DECLINE), waits
)
custody_hidden = st.sampled_from([*SPARING, *WORKING])


@HISTORIES
@given(
    history=st.lists(custody_visible, max_size=5),
    acts=st.lists(st.tuples(st.integers(0, 5), custody_hidden), min_size=1, max_size=3),
)
@example(history=[OPEN, ASK, ANSWER], acts=[(0, CODE)])
@example(history=[OPEN, ASK, ANSWER], acts=[(2, CODE)])
@example(history=[OPEN, ASK, ACCEPT, APPOINT, ANSWER], acts=[(3, CODE)])
@example(history=[ACCEPT, APPOINT], acts=[(2, CODE), (2, CLOSING[0])])
@example(history=[ACCEPT, APPOINT], acts=[(1, step) for step in WORKING[1:4]])
def test_a_hidden_act_anywhere_changes_no_byte_for_prison_health_staff(
    setu: ReferralService, history: list[Step], acts: list[tuple[int, Step]]
) -> None:
    world = World(setu, NURSE)
    without = told(world, put_in(history, []), {**DIRECT, **PRISON})
    assert told(world, put_in(history, acts), {**DIRECT, **PRISON}) == without


def test_the_histories_reach_every_view(setu: ReferralService) -> None:
    """The property would be empty if its acts never worked."""
    world = World(setu, OFFICER)
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
        assert setu.shown(OFFICER, world.referral)["state"] == state


LATER = Step("wait", body=(("minutes", 31),))


@pytest.mark.parametrize("broker_runs", [False, True])
def test_health_says_the_same_after_a_hidden_act_whether_or_not_the_broker_runs(
    setu: ReferralService, broker_runs: bool
) -> None:
    world = World(setu, OFFICER, addresses=("/healthz", "/readyz"), broker_runs=broker_runs)
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
