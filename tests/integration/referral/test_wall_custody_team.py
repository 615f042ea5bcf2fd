"""The oracle of rule 2 sees a leak to any of the team, and its histories reach what prison health staff are shown."""

from itertools import chain

from flask import Response, request
from sqlalchemy import select

from referral_service.store.tables import task
from service_kit.web.access.require import maybe_principal
from support.referral import COLLEAGUE_OF_NURSE, NURSE, ReferralService
from support.wall.acts import Step
from support.wall.histories import ACCEPT, ANSWER, APPOINT, ASK, CODE, OPEN, PRISON, prison_world, put_in, told
from support.wall.leaks import leaking
from support.wall.world import AGES, DIRECT

LEAKING = {"/leaving": NURSE, "/sent/": COLLEAGUE_OF_NURSE}
HISTORY = [ACCEPT, APPOINT, Step("wait", body=(("minutes", 60),))]


def test_an_appointment_that_is_the_providers_and_not_the_rows_is_found(lasting_setu: ReferralService) -> None:
    """As if a page read the task, one for the sender and one for a colleague: the person takes the consent back, and
    the appointment is gone there; no other answer differs."""

    def leak(response: Response) -> Response:
        if any(maybe_principal() == reader and request.path.startswith(path) for path, reader in LEAKING.items()):
            with lasting_setu.worker_db.transaction() as session:
                response.data += str(session.scalar(select(task.c.appointment_at))).encode()
        return response

    world = prison_world(lasting_setu)
    with leaking(lasting_setu, leak):
        without, *_ = told(world, put_in(HISTORY, []), {**DIRECT, **PRISON}, AGES[:1])
        found, *_ = told(world, put_in(HISTORY, [(2, CODE)]), {**DIRECT, **PRISON}, AGES[:1])
    answers = zip(chain.from_iterable(without), chain.from_iterable(found), strict=True)
    differing = {one[1] for one, other in answers if one != other}
    assert {path for path in LEAKING for each in differing if each.startswith(path)} == set(LEAKING)
    assert all(each.startswith(tuple(LEAKING)) for each in differing)


def test_the_histories_reach_question_appointment_and_the_list_of_who_leaves(lasting_setu: ReferralService) -> None:
    """The property would be empty if nothing of it were ever shown."""
    world = prison_world(lasting_setu)
    world.send(**DIRECT, **PRISON)
    colleague = lasting_setu.client(COLLEAGUE_OF_NURSE)
    for number, step in enumerate((OPEN, ASK)):
        assert world.play(step, name=str(number)) == 200
    assert "a question for you" in colleague.get("/").text
    near = Step("release", 1, (("expected_release", "2026-03-10"),))
    for number, step in enumerate((ANSWER, ACCEPT, near)):
        assert world.play(step, name=f"then {number}") == 200
    assert "ask the service" in colleague.get("/leaving").text
    assert (
        world.play(Step("contact", body=(*APPOINT.body[:1], ("next_appointment", "2026-03-09T05:00:00Z"))), name="x")
        == 200
    )
    assert "ask the service" not in colleague.get("/leaving").text
    assert world.play(CODE, name="y") == 202
    assert "9 Mar 2026" in colleague.get("/leaving").text
