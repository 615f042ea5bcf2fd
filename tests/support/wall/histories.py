"""Histories for the wall's properties: acts that a referrer may know of, hidden ones, and what is compared.

Why: rules 1 and 2. The properties stand in several test files, one for each way to send, because
a parallel run gives whole files to its processes; what they share stands here. `HISTORIES` plays other histories on
each run; the seed is printed with a failure, and SETU_HISTORIES_SEED plays the same again. Not a test module.
"""

import functools
import itertools
import os
import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from referral_service.domain.voices import Voice
from support.referral import (
    COLLEAGUE_OF_NURSE,
    COLLEAGUE_OF_WORKER,
    NURSE,
    NURSE_ELSEWHERE,
    OFFICER_OF_PRISON,
    OTHER_PRISON,
    WORKER,
    ReferralService,
)
from support.wall.acts import Step
from support.wall.world import AGES, CUSTODY_ADDRESSES, World, years_later

PLAYED = os.environ.get("SETU_HISTORIES")
"""Random histories of each property in `make soak`; else as many as the property says."""
SETS = 8 if PLAYED else 6  # histories with hidden acts for each that is drawn: what is told without is asked once
SEED = int(os.environ.get("SETU_HISTORIES_SEED", random.SystemRandom().randrange(2**32)))
_SETTINGS = settings(
    deadline=None,
    derandomize=False,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def plays_random_histories(usual: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate a property: it plays `PLAYED` or as many histories as usual, which follow from `SEED`."""
    return _plays(int(PLAYED or usual))


def plays_hidden_acts(
    visible: st.SearchStrategy[Step], hidden: st.SearchStrategy[Step], longest: int, usual: int
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate a property of `history`, `hidden_acts` and `ages`: visible acts, and sets of hidden ones to put in.

    A history has up to `longest` visible acts; one to three hidden ones go before any of them, or behind the last.
    What is told later is asked at one of `AGES`. `usual` is how many histories with hidden acts are played.
    """
    acts = st.lists(st.tuples(st.integers(0, longest), hidden), min_size=1, max_size=3)
    ages = st.sampled_from(AGES).map(lambda age: (age,))
    drawn = given(history=st.lists(visible, max_size=longest), hidden_acts=st.tuples(*[acts] * SETS), ages=ages)
    return lambda test: _plays(max(1, int(PLAYED or usual) // SETS))(drawn(_spares_the_simplest(test)))


def _spares_the_simplest(test: Callable[..., None]) -> Callable[..., None]:
    """Of a short run hypothesis would play little but the simplest of all, one act in so many equal sets: it draws that
    first; `test_wall.py` names such histories.
    """

    @functools.wraps(test)
    def spared(*, hidden_acts: tuple[HiddenActs, ...], **more: Any) -> None:
        assume(any(acts != hidden_acts[0] for acts in hidden_acts))
        test(hidden_acts=hidden_acts, **more)

    return spared


def _plays(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return lambda test: seed(SEED)(settings(_SETTINGS, max_examples=examples)(test))


MINUTES = (10, 31, 121, 60 * 25, 60 * 24 * 3, 60 * 24 * 14)
REVIEW = (("reason", "ill"), ("review_on", "2026-06-01"))

OPEN, ACCEPT = Step("open"), Step("accept")
DECLINE = Step("decline", body=(("reason", "no_capacity"),))
CODE = Step("code")
ASK = Step("ask", body=(("question", "visit_possible"),))
ANSWER = Step("answer", body=(("answer", "yes"),))
APPOINT = Step("contact", body=(("attempt", "reached"), ("next_appointment", "2026-03-30T05:00:00Z")))
RELEASES = tuple(
    Step("release", body=((name, value),))
    for name, value in (
        ("expected_release", "today"),
        ("expected_release", "unknown"),
        ("expected_release", "2026-03-20"),
        ("expected_release", "2026-06-01"),
        ("transfer_to", str(OTHER_PRISON)),
    )
)
"""The custody side's own act, judged by its own row."""
PRISON = {"setting": "prison", "expected_release": "2026-04-15"}

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
VOICES = tuple(Step("voice", body=(("said", said.value),)) for said in Voice)
ERASED = Step("desk_by_code", body=(("kind", "erasure"),))
ANSWERED = Step("desk_demand", body=(("answer", "yes"),))
OPENED_AT_THE_DESK = Step("desk_emergency")
MET = Step("in_person")
DESK = (ERASED, ANSWERED, OPENED_AT_THE_DESK, MET)
"""Acts of the data officer's desk, and what a case worker does for it."""
LOOK = Step("look")
SPARING = (
    Step("code"),
    LOOK,
    *DESK,
    Step("desk_by_code", body=(("kind", "withdrawal"),)),
    Step("void", body=(("reason", "test"),)),
    Step("arrival"),
    Step("identity"),
    Step("sweep"),
    Step("hand_on"),
    *VOICES,
    Step("take_on"),
    Step("note", body=(("text", "Came with her sister."),)),
    Step("assign", body=(("assignee", str(WORKER.account)),)),
    Step("hand_to", body=(("assignee", str(COLLEAGUE_OF_WORKER.account)),)),
    Step("hand_over", body=(("assignee", str(COLLEAGUE_OF_WORKER.account)),)),
    Step("hand_over", 1, (("assignee", None),)),
    Step("settle", body=(("reason", "no_service_exists"),)),
    Step("ask_for_another"),
    Step("look_for_another"),
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


def prison_world(setu: ReferralService) -> World:
    """A nurse's referral, which a colleague sees too, and neither an officer there nor a nurse elsewhere."""
    return World(setu, NURSE, CUSTODY_ADDRESSES, (COLLEAGUE_OF_NURSE,), (OFFICER_OF_PRISON, NURSE_ELSEWHERE))


staff = st.integers(0, 1)
"""Whose own act it is: the sender's or the colleague's."""
custody_visible = st.one_of(
    st.builds(
        lambda team, step: replace(step, team=team), teams, st.sampled_from([OPEN, ACCEPT, ASK, APPOINT, DECLINE])
    ),
    st.builds(lambda who, step: replace(step, team=who), staff, st.sampled_from([ANSWER, *RELEASES])),
    st.builds(lambda who, step: replace(step, team=who), staff, withdrawals),
    waits,
)
custody_hidden = st.sampled_from([*SPARING, *WORKING])


HiddenActs = Sequence[tuple[int, Step]]


def assert_nothing_changes(
    world: World,
    history: Sequence[Step],
    hidden_acts: Iterable[HiddenActs],
    sent_as: dict[str, Any],
    ages: Collection[int] | None = None,
) -> None:
    """The oracle: with each set of hidden acts put in, every byte that the referrer is told is as without any.

    Where no ages are given, later is one of `AGES`, and in `make soak` each.
    """
    ages = ages or (AGES if PLAYED else (random.Random(f"{SEED} {history}").choice(AGES),))  # noqa: S311  # no secret
    glances, *rest = told(world, put_in(history, []), sent_as, ages)
    for acts in hidden_acts:
        with_acts = put_in(history, acts)
        same = sum(1 for _ in itertools.takewhile(lambda step: not step[0], with_acts))
        assert told(world, with_acts, sent_as, ages, unasked=same) == [glances[same:], *rest], (
            f"after {acts}; SETU_HISTORIES_SEED={SEED} plays these again"
        )


def told(
    world: World,
    steps: Sequence[tuple[bool, Step]],
    sent_as: dict[str, Any],
    ages: Collection[int] = AGES,
    *,
    unasked: int = 0,
) -> list[Any]:
    """Play it and note what the referrer is told before every act that may be known, and in every way at the end.

    Before it, and not after: so whatever the hidden acts since the one before have left is seen while it lasts. Before
    the first `unasked` acts nothing is asked: until the first hidden one it is the same history.
    """
    world.send(**sent_as)
    found: list[Any] = []
    known = 0
    for place, (is_hidden, step) in enumerate(steps):
        if is_hidden:
            world.play(step, name=f"hidden {place}")
            continue
        if known >= unasked:
            found.append(world.glance())
        known += 1
        world.play(step, name=f"step {known}")
    found.append(world.answers())
    return [found, world.replies, world.notices(), years_later(world, ages)]


def put_in(history: Sequence[Step], acts: HiddenActs) -> list[tuple[bool, Step]]:
    """The history with hidden acts before the given places."""
    mixed: list[tuple[bool, Step]] = []
    for place in range(len(history) + 1):
        mixed += [(True, act) for wanted, act in acts if wanted % (len(history) + 1) == place]
        mixed += [(False, history[place])] if place < len(history) else []
    return mixed
