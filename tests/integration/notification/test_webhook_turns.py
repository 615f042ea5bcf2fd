"""Whose webhook goes next: no organisation, whatever it asks for, holds up another's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier
from threading import Event as Stop
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import event, text

from notification_service.domain.webhook_retry_schedule import LEASE, Answer
from notification_service.domain.webhook_types import DIRECTORY_TYPES, REFERRAL_TYPES
from notification_service.outside.webhooks import WebhookCarrier, WebhookRequest
from notification_service.store import webhook_log, webhooks
from notification_service.store.webhook_log import MOST_AT_ONCE
from notification_service.use_cases.poll_lock import PollLock
from notification_service.worker import webhook_senders
from support.events import eventually
from support.notices.sending import running
from support.notification import MANAGER, NGO, NOON, OTHER_NGO, Scene, a_principal, an_event, referral_data
from support.webhooks.endpoints import an_endpoint, deliver_webhook_once, dependencies, endpoints, messages
from support.webhooks.sinks import a_sink

PATIENCE = 40  # seconds, less than the pause between two polls
PAUSE = 60
URL = "https://hooks.example.org/setu"
COPIED = text(
    "INSERT INTO webhook_message SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid()))).*"
    " FROM webhook_message AS one, generate_series(1, :copies)"
)


def submit(scene: Scene, organization: UUID) -> None:
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), organization)))


def claim(scene: Scene) -> UUID | None:
    """Whose webhook a sender takes now, and has under way."""
    with scene.db.transaction() as session:
        claimed = webhooks.claim(session, now=scene.clock.now(), lease=uuid4())
        return claimed and claimed.message.organization_id


@dataclass
class Together:
    """A carrier whose messages wait for each other, so many at a time."""

    carrier: WebhookCarrier
    under_way: Barrier

    def send(self, request: WebhookRequest) -> Answer:
        self.under_way.wait(PATIENCE)
        return self.carrier.send(request)


def test_while_one_sender_sends_another_takes_the_next_organisations_webhook(scene: Scene) -> None:
    poll_lock = PollLock(PAUSE)
    with a_sink() as sink:
        for organization in (NGO, OTHER_NGO):
            an_endpoint(scene, sink, organization=organization)
            submit(scene, organization)
        sending = dependencies(scene)
        together = replace(sending, carrier=Together(sending.carrier, Barrier(2)))

        with running(webhook_senders(together, poll_lock).values(), poll_lock):
            for _ in range(2):
                sink.came.get(timeout=PATIENCE)


def test_what_waits_behind_a_message_leaves_while_another_sender_pauses(scene: Scene) -> None:
    poll_lock = PollLock(PAUSE)
    with a_sink() as sink:
        an_endpoint(scene, sink)
        for _ in range(3):
            submit(scene, NGO)

        with running(webhook_senders(dependencies(scene), poll_lock).values(), poll_lock):
            for _ in range(3):
                sink.came.get(timeout=PATIENCE)


def test_of_idle_senders_one_polls_once_a_pause(scene: Scene) -> None:
    polls, poll_lock = list[str](), PollLock(PAUSE)

    def note(*given: Any) -> None:
        if "SKIP LOCKED" in given[2]:
            polls.append(given[2])

    event.listen(scene.db.engine, "before_cursor_execute", note)
    try:
        with a_sink() as sink, running(webhook_senders(dependencies(scene), poll_lock).values(), poll_lock):
            eventually(lambda: len(polls) == 1)
            an_endpoint(scene, sink)
            submit(scene, NGO)
            poll_lock.wake()
            sink.came.get(timeout=PATIENCE)
    finally:
        event.remove(scene.db.engine, "before_cursor_execute", note)

    assert len(polls) <= 1 + 2, "once idle; the message, and what is behind it"


class WatchedLock(PollLock):
    """Knows whether it is held."""

    is_held = False

    @contextmanager
    def hold(self, stop: Stop) -> Iterator[bool]:
        with super().hold(stop) as may_poll:
            self.is_held = True
            yield may_poll
            self.is_held = False


def test_what_waits_behind_a_message_is_claimed_under_the_lock_by_one_poll_each(scene: Scene) -> None:
    polls, poll_lock = list[bool](), WatchedLock(PAUSE)

    def note(*given: Any) -> None:
        if "SKIP LOCKED" in given[2]:
            polls.append(poll_lock.is_held)

    event.listen(scene.db.engine, "before_cursor_execute", note)
    try:
        with a_sink() as sink:
            an_endpoint(scene, sink)
            for _ in range(3):
                submit(scene, NGO)
            [only, *_] = webhook_senders(dependencies(scene), poll_lock).values()
            with running([only], poll_lock):
                for _ in range(3):
                    sink.came.get(timeout=PATIENCE)
                eventually(lambda: len(polls) == 4)
    finally:
        event.remove(scene.db.engine, "before_cursor_execute", note)

    assert polls == [True] * 4, "each message, and what is behind the last"


def test_an_organisation_with_many_slow_endpoints_holds_one_sender_and_not_all(scene: Scene) -> None:
    for _ in range(4):
        an_endpoint(scene, URL)
    an_endpoint(scene, URL, organization=OTHER_NGO)
    for _ in range(3):
        submit(scene, NGO)
    scene.clock.advance(timedelta(seconds=1))
    submit(scene, OTHER_NGO)
    assert [claim(scene) for _ in range(3)] == [NGO, OTHER_NGO, None]
    scene.clock.advance(LEASE)  # whoever sent died
    assert [claim(scene) for _ in range(3)] == [NGO, OTHER_NGO, None]


def test_a_second_test_waits_for_the_first_and_no_replay_sends_tests(scene: Scene) -> None:
    with a_sink() as sink:
        at, who = f"/api/webhooks/{an_endpoint(scene, sink)}", scene.headers(MANAGER)
        assert [scene.client.post(f"{at}/test", headers=who).status_code for _ in range(2)] == [202, 409]
        page = scene.client.post(f"{at.removeprefix('/api')}/test", headers=who)
        assert (page.status_code, "A test waits already" in page.text) == (409, True)
        assert deliver_webhook_once(dependencies(scene))
        everything = {"since": NOON.isoformat(), "taken_too": True}
        assert scene.client.post(f"{at}/replay", json=everything, headers=who).get_json() == {"count": 0, "waiting": 0}
        assert scene.client.post(f"{at}/test", headers=who).status_code == 202


def test_a_replay_takes_so_many_at_once_and_says_so(scene: Scene) -> None:
    at, who = f"/webhooks/{an_endpoint(scene, URL)}", scene.headers(MANAGER)
    submit(scene, NGO)
    with scene.db.transaction() as session:
        session.execute(text("UPDATE webhook_message SET state = 'failed', finished_at = now()"))
        session.execute(COPIED, {"copies": MOST_AT_ONCE})
    told = []
    for _ in range(2):
        sent = scene.client.post(f"{at}/replay", data={"since": "2026-11-24"}, headers=who)
        told.append("There may be more" in scene.client.get(sent.headers["Location"], headers=who).text)
    assert told == [True, False]
    assert {row.state for row in messages(scene)} == {"waiting"}


def test_what_only_looks_like_yes_or_no_is_refused(scene: Scene) -> None:
    at, who = f"/api/webhooks/{an_endpoint(scene, URL)}", scene.headers(MANAGER)
    for said in (0, "no", "true", []):
        refused = scene.client.post(f"{at}/replay", json={"since": NOON.isoformat(), "taken_too": said}, headers=who)
        fields = [each["field"] for each in refused.get_json()["errors"]]
        assert (refused.status_code, fields) == (422, ["taken_too"]), said


def test_a_replay_takes_no_more_when_the_planner_knows_that_the_table_is_small(scene: Scene) -> None:
    endpoint, who = an_endpoint(scene, URL), a_principal(MANAGER, scene.clock.now())
    for _ in range(3):
        submit(scene, NGO)
    with scene.db.transaction() as session:
        session.execute(text("UPDATE webhook_message SET state = 'failed', finished_at = clock_timestamp()"))
    with psycopg.connect(scene.urls.superuser, autocommit=True) as database:
        database.execute("ANALYZE webhook_message")  # it reads a subquery once for each row of a small table
    failed = {"now": scene.clock.now(), "types": REFERRAL_TYPES, "states": ["failed"]}
    with scene.db.transaction() as session:
        assert webhook_log.send_again(session, who, endpoint, **failed, most=2) == 2


def change(scene: Scene, endpoint: UUID, *types: str) -> dict[str, object]:
    at, who = f"/api/webhooks/{endpoint}", scene.headers(MANAGER)
    seen = scene.client.get(at, headers=who).headers["ETag"]
    changed = scene.client.put(at, json={"url": URL, "types": types}, headers={**who, "If-Match": seen})
    assert changed.status_code == 200
    return dict(changed.get_json())


def test_what_waits_of_referrals_goes_nowhere_once_the_endpoint_is_about_public_facts(scene: Scene) -> None:
    endpoint = an_endpoint(scene, URL)
    submit(scene, NGO)
    change(scene, endpoint, *DIRECTORY_TYPES)
    assert [(row.state, row.error) for row in messages(scene)] == [("failed", "unsubscribed")]
    assert "changed meanwhile" in scene.client.get(f"/webhooks/{endpoint}", headers=scene.headers(MANAGER)).text
    at, who = f"/api/webhooks/{endpoint}", scene.headers(MANAGER)
    replayed = scene.client.post(f"{at}/replay", json={"since": NOON.isoformat()}, headers=who)
    assert replayed.get_json() == {"count": 0, "waiting": 0}
    [message] = messages(scene)
    assert scene.client.post(f"{at}/messages/{message.id}/resend", headers=who).status_code == 409
    with scene.db.transaction() as session:
        session.execute(text("UPDATE webhook_message SET state = 'waiting'"))
    assert claim(scene) is None


def test_referrals_that_are_added_are_signed_by_a_new_secret_that_is_shown_once(scene: Scene) -> None:
    endpoint = an_endpoint(scene, URL, types=list(DIRECTORY_TYPES))
    assert change(scene, endpoint, DIRECTORY_TYPES[0])["secret"] is None
    assert str(change(scene, endpoint, *DIRECTORY_TYPES, REFERRAL_TYPES[0])["secret"]).startswith("whsec_")
    form = {"url": URL, "types": list(REFERRAL_TYPES)}
    shown = [
        scene.client.post(f"/webhooks/{endpoint}/change", data=form, headers=scene.headers(MANAGER)) for _ in range(2)
    ]
    assert [(page.status_code, "whsec_" in page.text) for page in shown] == [(200, True), (303, False)]
    [row] = endpoints(scene)
    assert (row.generation, row.rotated_at) == (3, scene.clock.now())
