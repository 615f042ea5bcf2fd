"""The oracle of rule 2 sees a leak to any of the team, and its histories reach what prison health staff are shown."""

from collections.abc import Callable

import pytest
from flask import Response, request
from sqlalchemy import select

from referral_service.store.tables import task
from service_kit.web.access.require import maybe_principal
from support.fresh_databases import Urls
from support.referral import COLLEAGUE_OF_NURSE, NURSE, ReferralService
from support.referrals.app import a_referral_service
from support.wall.acts import Step
from support.wall.histories import ACCEPT, ANSWER, APPOINT, ASK, CODE, OPEN, PRISON, prison_world, put_in, told
from support.wall.world import DIRECT

HISTORY = [ACCEPT, APPOINT, Step("wait", body=(("minutes", 60),))]


@pytest.mark.parametrize(("reader", "path"), [(NURSE, "/leaving"), (COLLEAGUE_OF_NURSE, "/sent/")])
def test_an_appointment_that_is_the_providers_and_not_the_rows_is_found(
    fresh_database: Callable[[str], Urls], reader: object, path: str
) -> None:
    """As if a page read the task: the person takes the consent back, and the appointment is gone there."""
    leaky = a_referral_service(fresh_database("referral"))

    def leak(response: Response) -> Response:
        if maybe_principal() == reader and request.path.startswith(path):
            with leaky.worker_db.transaction() as session:
                response.data += str(session.scalar(select(task.c.appointment_at))).encode()
        return response

    leaky.app.after_request(leak)
    world = prison_world(leaky)
    without = told(world, put_in(HISTORY, []), {**DIRECT, **PRISON})
    assert told(world, put_in(HISTORY, []), {**DIRECT, **PRISON}) == without
    assert told(world, put_in(HISTORY, [(2, CODE)]), {**DIRECT, **PRISON}) != without


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
