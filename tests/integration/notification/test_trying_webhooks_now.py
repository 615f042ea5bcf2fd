"""A webhook that waits is tried at once when its owner says so; what cannot be sent is refused in one true sentence."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from notification_service.domain.webhook_types import webhook_id
from support.notification import MANAGER, NGO, NOON, OTHER_MANAGER, Scene, an_event, referral_data
from support.webhooks.endpoints import an_endpoint, deliver_webhook_once, dependencies, messages
from support.webhooks.sinks import Sink, a_sink

OFF = "The endpoint is off: turn it on first."
TEST_WAITS = "A test waits already, until its next try. Try that one now."
LATELY = "A message of this endpoint was tried at once less than a minute ago. Wait a minute."
MINUTES = timedelta(minutes=1)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with a_sink() as running:
        yield running


def post(scene: Scene, path: str, account: UUID = MANAGER, **more: object):
    return scene.client.post(path, headers=scene.headers(account), **more)


def a_test_that_failed_twice(scene: Scene, endpoint: UUID) -> str:
    """Send a test to which the endpoint answers twice that it has a fault; return where its message stands."""
    test = post(scene, f"/api/webhooks/{endpoint}/test").get_json()["id"]
    assert deliver_webhook_once(dependencies(scene))
    scene.clock.set(NOON + MINUTES)
    assert deliver_webhook_once(dependencies(scene))
    assert not deliver_webhook_once(dependencies(scene))  # it waits five minutes and more
    return f"webhooks/{endpoint}/messages/{test}"


def test_each_press_brings_one_try_forward_under_the_same_id_and_the_schedule_goes_on(scene: Scene, sink: Sink) -> None:
    endpoint = an_endpoint(scene, sink.answering(500, 500, 500, 200))
    message = a_test_that_failed_twice(scene, endpoint)
    [waiting] = messages(scene)

    for _ in range(2):  # pressed twice before its try
        assert post(scene, f"/api/{message}/try-now").status_code == 202
    assert deliver_webhook_once(dependencies(scene))
    assert not deliver_webhook_once(dependencies(scene))

    [again] = messages(scene)
    assert (
        again.next_attempt_at - scene.clock.now() < 6 * MINUTES
    )  # as after the second try, not the half hour of a third
    scene.clock.advance(MINUTES)
    page = post(scene, f"/{message}/try-now")
    assert page.status_code == 303
    shown = scene.client.get(page.headers["Location"], headers=scene.headers(MANAGER)).text
    assert "It is tried at once." in shown
    assert deliver_webhook_once(dependencies(scene))
    assert {each.headers["webhook-id"] for each in sink.arrived} == {webhook_id(waiting.id)}
    assert [each.state for each in messages(scene)] == ["taken"]
    with scene.db.transaction() as session:
        noted = "SELECT count(*) FROM audit_entry WHERE action = 'webhook.try_now'"
        assert session.scalar(text(noted)) == 2


def test_an_endpoint_is_tried_by_hand_once_a_minute_and_says_so(scene: Scene, sink: Sink) -> None:
    endpoint = an_endpoint(scene, sink.answering(500, 500, 500))
    message = a_test_that_failed_twice(scene, endpoint)
    assert post(scene, f"/api/{message}/try-now").status_code == 202
    assert deliver_webhook_once(dependencies(scene))
    arrived = len(sink.arrived)

    scene.clock.advance(timedelta(seconds=59))
    refused = post(scene, f"/api/{message}/try-now")
    page = post(scene, f"/{message}/try-now")

    assert (refused.status_code, refused.get_json()["detail"]) == (409, LATELY)
    assert (page.status_code, LATELY in page.text) == (409, True)
    assert len(sink.arrived) == arrived
    scene.clock.advance(timedelta(seconds=1))
    assert post(scene, f"/api/{message}/try-now").status_code == 202, "a refusal begins no minute anew"


def test_a_message_that_was_never_tried_is_not_put_off_by_a_press(scene: Scene, sink: Sink) -> None:
    """Given an endpoint that asked for a day's peace, when its owner presses, then the next one leaves now."""
    endpoint = an_endpoint(scene, sink.answering("503 Busy\r\nRetry-After: 86400", 500))
    for _ in range(2):
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    assert deliver_webhook_once(dependencies(scene))
    assert not deliver_webhook_once(dependencies(scene))
    [fresh] = [row for row in messages(scene) if row.attempts == 0]

    assert post(scene, f"/api/webhooks/{endpoint}/messages/{fresh.id}/try-now").status_code == 202

    assert deliver_webhook_once(dependencies(scene))
    [tried] = [row for row in messages(scene) if row.id == fresh.id]
    assert (tried.attempts, tried.next_attempt_at - scene.clock.now() < MINUTES) == (1, True)


def test_what_does_not_wait_is_not_tried_and_says_why(scene: Scene, sink: Sink) -> None:
    endpoint = an_endpoint(scene, sink)
    test = post(scene, f"/api/webhooks/{endpoint}/test").get_json()["id"]
    message = f"webhooks/{endpoint}/messages/{test}"
    assert post(scene, f"/api/{message}/try-now", OTHER_MANAGER).status_code == 404
    assert post(scene, f"/{message}/try-now", OTHER_MANAGER).status_code == 404

    def refused_in_state(state: str) -> tuple[int, str]:
        with scene.db.transaction() as session:
            session.execute(text("UPDATE webhook_message SET state = :state"), {"state": state})
        answer = post(scene, f"/api/{message}/try-now")
        assert (page := post(scene, f"/{message}/try-now")).status_code == 409
        assert answer.get_json()["detail"] in page.text
        return answer.status_code, answer.get_json()["detail"]

    assert refused_in_state("sending") == (409, "The message is being sent at this moment.")
    assert refused_in_state("taken")[1].startswith("The message does not wait any more")
    with scene.db.transaction() as session:
        session.execute(text("UPDATE webhook_endpoint SET state = 'disabled', reason = 'by_hand'"))
    assert refused_in_state("waiting") == (409, OFF)


def test_a_second_test_is_refused_by_what_is_so_and_the_first_is_offered(scene: Scene, sink: Sink) -> None:
    endpoint = an_endpoint(scene, sink.answering(500))
    message = a_test_that_failed_twice(scene, endpoint)

    assert post(scene, f"/api/webhooks/{endpoint}/test").get_json()["detail"] == TEST_WAITS
    page = post(scene, f"/webhooks/{endpoint}/test")
    assert (page.status_code, TEST_WAITS in page.text, OFF in page.text) == (409, True, False)
    assert f'action="/{message}/try-now"' in page.text

    with scene.db.transaction() as session:
        session.execute(text("UPDATE webhook_message SET state = 'sending'"))
    under_way = post(scene, f"/webhooks/{endpoint}/test").text
    assert "A test is being sent at this moment." in under_way
    assert "/try-now" not in under_way
    with scene.db.transaction() as session:
        session.execute(text("UPDATE webhook_endpoint SET state = 'disabled', reason = 'by_hand'"))
    off = post(scene, f"/webhooks/{endpoint}/test").text
    assert (OFF in off, "A test" in off) == (True, False)


def test_sending_again_tells_of_what_waits_already(scene: Scene, sink: Sink) -> None:
    endpoint = an_endpoint(scene, sink.answering(500))
    for _ in range(2):
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    since = {"since": NOON.isoformat()}
    assert post(scene, f"/api/webhooks/{endpoint}/replay", json=since).get_json() == {"count": 0, "waiting": 2}
    sent = post(scene, f"/webhooks/{endpoint}/replay", data={"since": f"{NOON:%Y-%m-%d}"})
    shown = scene.client.get(sent.headers["Location"], headers=scene.headers(MANAGER)).text
    assert "0 messages are sent again" in shown
    assert "2 messages wait already: their next try comes by itself." in shown
    waiting = messages(scene)[0].id
    again = post(scene, f"/webhooks/{endpoint}/messages/{waiting}/resend")
    assert (again.status_code, "The message waits already, until its next try." in again.text) == (409, True)
    assert "Try now" in again.text


def test_a_day_that_is_none_is_explained_beside_the_field_of_what_is_sent_again(scene: Scene) -> None:
    endpoint = an_endpoint(scene, "https://hooks.example.org/")
    headers = {**scene.headers(MANAGER), "Origin": "http://notification.test"}

    page = scene.client.post(f"/webhooks/{endpoint}/replay", headers=headers, data={"since": ""})

    assert page.status_code == 422
    said = re.findall(r'<a href="#f-since">(.*?)</a>', page.text.partition('role="alert"')[2])
    assert said == ["Give a day, such as 2026-11-24."]
