"""Whose webhook goes next: no organisation, whatever it asks for, holds up another's."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Lock
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import text

from notification_service.domain.webhook_retry_schedule import LEASE, Answer
from notification_service.domain.webhook_types import DIRECTORY_TYPES, REFERRAL_TYPES
from notification_service.outside.webhooks import WebhookCarrier, WebhookRequest
from notification_service.store import webhook_log, webhooks
from notification_service.store.webhook_log import MOST_AT_ONCE
from notification_service.use_cases.deliver_webhook import deliver_next_webhook, keep_delivering_webhooks
from support.notification import MANAGER, NGO, NOON, OTHER_NGO, Scene, a_principal, an_event, referral_data
from support.webhooks.endpoints import an_endpoint, dependencies, endpoints, messages
from support.webhooks.sinks import a_sink

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


class Pausing(Event):
    """Ends with the first pause, and notes who else could have looked meanwhile."""

    def __init__(self, looking: Lock) -> None:
        super().__init__()
        self.looking, self.was_held = looking, False

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout
        self.was_held = self.looking.locked()
        self.set()
        return True


@dataclass
class Watched:
    """A carrier that notes whether another could look while it sends."""

    carrier: WebhookCarrier
    looking: Lock
    was_held: list[bool] = field(default_factory=list)

    def send(self, request: WebhookRequest) -> Answer:
        self.was_held.append(self.looking.locked())
        return self.carrier.send(request)


def test_of_idle_senders_one_asks_at_a_time_and_while_one_sends_the_others_look(scene: Scene) -> None:
    looking = Lock()
    stop = Pausing(looking)
    with a_sink() as sink:
        an_endpoint(scene, sink)
        submit(scene, NGO)
        sending = dependencies(scene)
        watched = Watched(sending.carrier, looking)

        keep_delivering_webhooks(replace(sending, carrier=watched), stop, looking)

        assert len(sink.arrived) == 1
    assert watched.was_held == [False]
    assert stop.was_held
    assert not looking.locked()


class Limited(Event):
    """Ends also by itself, after so many looks."""

    looks = 100

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0 or super().is_set()


@dataclass
class Interrupted:
    """A carrier during whose first message another sender begins to pause; after the second there is no more to do."""

    carrier: WebhookCarrier
    looking: Lock
    stop: Event

    def send(self, request: WebhookRequest) -> Answer:
        if not self.looking.acquire(blocking=False):
            self.stop.set()
        return self.carrier.send(request)


def test_what_waits_behind_a_message_leaves_while_another_sender_pauses(scene: Scene) -> None:
    looking, stop = Lock(), Limited()
    with a_sink() as sink:
        an_endpoint(scene, sink)
        submit(scene, NGO)
        submit(scene, NGO)
        sending = dependencies(scene)

        keep_delivering_webhooks(
            replace(sending, carrier=Interrupted(sending.carrier, looking, stop)), stop, looking, pause=0.01
        )

        assert len(sink.arrived) == 2


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
        assert deliver_next_webhook(dependencies(scene))
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
