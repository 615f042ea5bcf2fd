"""Endpoints through the API and on pages: whose they are, what a program may, the secret once, replay, and refusals."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import standardwebhooks
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from werkzeug.test import TestResponse

from notification_service.domain.webhook_types import DIRECTORY_TYPES, REFERRAL_TYPES, webhook_id
from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.outside.webhooks import HttpWebhooks
from notification_service.use_cases.deliver_webhook import WebhookDependencies
from notification_service.use_cases.enforce_retention import delete_expired
from service_kit.clock import SystemClock
from service_kit.ids import SystemIds
from service_kit.keyring import MacKey
from support.notification import (
    COORDINATOR,
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    OTHER_MANAGER,
    SUPERVISOR,
    WORKER,
    Scene,
    a_principal,
    an_event,
    referral_data,
)
from support.webhooks.endpoints import LINKS, an_endpoint, deliver_webhook_once, endpoints, messages
from support.webhooks.sinks import Sink, a_sink

URL = "https://hooks.example.org/setu"
PUBLIC = [DIRECTORY_TYPES[0]]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with a_sink() as running:
        yield running


def program(scene: Scene, *scopes: str) -> dict[str, str]:
    """The header of a token for which a provider's key was exchanged."""
    return scene.headers(MANAGER, role="integrator", key_scopes=frozenset(scopes or ("webhooks",)))


def make(scene: Scene, who: dict[str, str], key: str = "one", **wish: object) -> TestResponse:
    body = {"url": URL, "types": PUBLIC, **wish}
    return scene.client.post("/api/webhooks", json=body, headers={**who, "Idempotency-Key": key})


def body_of(scene: Scene) -> dict[str, str]:
    return scene.headers(COORDINATOR, organization_kind="coordinating_body")


def step(scene: Scene, who: dict[str, str], made: TestResponse, path: str, **more: object) -> TestResponse:
    seen = scene.client.get(made.headers["Location"], headers=who).headers.get("ETag", '"1"')
    return scene.client.post(f"{made.headers['Location']}/{path}", headers={**who, "If-Match": seen}, **more)


def test_an_endpoint_is_made_once_for_each_key_and_its_secret_shown_once(scene: Scene) -> None:
    who = scene.headers(MANAGER)
    first, again = make(scene, who), make(scene, who)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["Location"] == again.headers["Location"]
    assert first.get_json()["secret"].startswith("whsec_")
    assert again.get_json()["secret"] is None
    assert make(scene, who, url="https://other.example.org/").status_code == 422  # another wish under the same key
    assert "secret" not in scene.client.get(first.headers["Location"], headers=who).get_json()
    assert len(scene.client.get("/api/webhooks", headers=who).get_json()["items"]) == 1


def test_what_may_not_be_is_refused_by_its_field(scene: Scene) -> None:
    wishes: list[tuple[dict[str, object], str]] = [
        ({"url": "http://hooks.example.org/"}, "url"),
        ({"url": "https://inside.example.org/"}, "url"),
        ({"url": "https://name:word@hooks.example.org/"}, "url"),
        ({"types": ["referral.closed.v1"]}, "types.0"),
        ({"types": []}, "types"),
        ({"description": "x" * 81}, "description"),
    ]
    who = scene.headers(MANAGER)
    for wish, field in wishes:
        refused = make(scene, who, **wish)
        assert refused.status_code == 422, wish
        assert [each["field"] for each in refused.get_json()["errors"]] == [field], wish
    made = make(scene, who, "another")
    headers = {**who, "If-Match": made.headers["ETag"]}
    for wish, _ in wishes:
        body = {"url": URL, "types": PUBLIC, **wish}
        assert scene.client.put(made.headers["Location"], json=body, headers=headers).status_code == 422, wish


def test_a_body_and_a_program_subscribe_to_public_facts_alone_and_a_manager_to_referrals(scene: Scene) -> None:
    referral = [REFERRAL_TYPES[0]]
    assert make(scene, scene.headers(MANAGER), types=referral).status_code == 201
    for who in (body_of(scene), program(scene)):
        assert make(scene, who, types=referral).status_code == 422
        assert make(scene, who, "two").status_code == 201
        assert scene.client.get("/api/webhooks", headers=who).get_json()["types"] == list(DIRECTORY_TYPES)


def test_nobody_else_comes_in(scene: Scene) -> None:
    for account in (WORKER, OFFICER, SUPERVISOR):
        for path in ("/api/webhooks", "/webhooks", "/webhooks/new"):
            assert scene.client.get(path, headers=scene.headers(account)).status_code == 403, (account, path)
        assert make(scene, scene.headers(account)).status_code == 403, account


def test_a_program_opens_nothing_but_what_its_token_names_and_no_page(scene: Scene) -> None:
    assert scene.client.get("/api/webhooks", headers=program(scene, "listings:write")).status_code == 403
    for path in ("/api/notices", "/api/deliveries", "/", "/webhooks", "/reader"):
        assert scene.client.get(path, headers=program(scene)).status_code == 403


def test_anothers_endpoint_is_absent_and_so_is_one_about_referrals_for_a_program(scene: Scene) -> None:
    mine = make(scene, scene.headers(MANAGER), types=[REFERRAL_TYPES[0]])
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    [message] = messages(scene)
    at = mine.headers["Location"]
    reads = ("", "/messages", f"/messages/{message.id}")
    acts = ("rotate", "disable", "enable", "test", f"messages/{message.id}/resend")
    for who in (scene.headers(OTHER_MANAGER), program(scene)):
        assert [scene.client.get(at + path, headers=who).status_code for path in reads] == [404] * 3
        assert [step(scene, who, mine, path).status_code for path in acts] == [404] * 5
        assert scene.client.get("/api/webhooks", headers=who).get_json()["items"] == []
    other, own = scene.headers(OTHER_MANAGER), scene.headers(MANAGER)
    pages = (at.replace("/api", ""), at.replace("/api", "") + f"/messages/{message.id}")
    assert [scene.client.get(page, headers=other).status_code for page in pages] == [404] * 2
    assert [scene.client.get(page, headers=own).status_code for page in pages] == [200] * 2


def test_the_database_says_the_same_where_a_query_forgets_it(scene: Scene) -> None:
    make(scene, scene.headers(MANAGER), types=[REFERRAL_TYPES[0]])
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))

    def seen(account: UUID, **more: object) -> list[int]:
        with scene.web.transaction(a_principal(account, NOON, **more).scope) as session:
            counted = (f"SELECT count(*) FROM {table}" for table in ("webhook_endpoint", "webhook_message"))  # noqa: S608 # our own words
            return [session.scalar(text(query)) for query in counted]

    assert seen(MANAGER) == [1, 1]
    assert seen(OTHER_MANAGER) == seen(WORKER) == seen(MANAGER, role="integrator") == [0, 0]
    with pytest.raises(ProgrammingError), scene.web.transaction(a_principal(MANAGER, NOON).scope) as session:
        session.execute(text("SELECT * FROM public_fact"))


def test_a_secret_is_rotated_with_an_overlap_and_the_verifier_takes_both(scene: Scene, sink: Sink) -> None:
    scene.clock.set(SystemClock().now())  # the library looks at the machine's own clock
    who = scene.headers(MANAGER)
    made = make(scene, who, url=sink.url)
    old = made.get_json()["secret"]
    new = step(scene, who, made, "rotate").get_json()["secret"]
    assert new != old
    assert step(scene, who, made, "test").status_code == 202
    mac = MacKey(scene.client.application.extensions["setu"].settings.mac_key)
    sending = WebhookDependencies(
        scene.db,
        scene.clock,
        scene.believable,
        SystemIds(),
        mac,
        HttpWebhooks(WebhookAddresses({"http://127.0.0.1:*"})),
        LINKS,
        (),
    )
    assert deliver_webhook_once(sending)
    [arrived] = sink.arrived
    for secret in (old, new):
        told = standardwebhooks.Webhook(secret).verify(arrived.body, arrived.headers)
        assert told["type"] == "webhook.test"


def test_what_an_endpoint_missed_while_it_was_off_is_replayed_under_the_same_ids(scene: Scene, sink: Sink) -> None:
    who = scene.headers(MANAGER)
    made = make(scene, who, url=sink.url, types=[REFERRAL_TYPES[0]])
    assert step(scene, who, made, "disable").get_json()["reason"] == "by_hand"
    for minutes in (0, 10):
        scene.clock.set(NOON + timedelta(minutes=minutes))
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    ids = [webhook_id(row.id) for row in messages(scene)]
    since = {"since": (NOON + timedelta(minutes=5)).isoformat()}
    assert step(scene, who, made, "replay", json=since).status_code == 409
    assert step(scene, who, made, "test").status_code == 409
    assert step(scene, who, made, "enable").get_json()["state"] == "enabled"
    range_ = {"since": NOON.isoformat(), "until": (NOON + timedelta(minutes=1)).isoformat()}
    assert step(scene, who, made, "replay", json=since).get_json() == {"count": 1, "waiting": 0}
    assert step(scene, who, made, "replay", json=since).get_json() == {"count": 0, "waiting": 1}
    assert step(scene, who, made, "replay", json=range_).get_json() == {"count": 1, "waiting": 0}
    sending = WebhookDependencies(
        scene.db,
        scene.clock,
        scene.believable,
        SystemIds(),
        MacKey(b"m" * 32),
        HttpWebhooks(WebhookAddresses({"http://127.0.0.1:*"})),
        LINKS,
        (),
    )
    while deliver_webhook_once(sending):
        pass
    again = messages(scene)[0].id
    assert step(scene, who, made, f"messages/{again}/resend").status_code == 202
    assert step(scene, who, made, f"messages/{again}/resend").status_code == 409  # it waits already
    assert deliver_webhook_once(sending)
    arrived = [each.headers["webhook-id"] for each in sink.arrived]
    assert sorted(arrived[:2]) == sorted(ids)
    assert arrived[2:] == [webhook_id(again)]
    detail = scene.client.get(f"{made.headers['Location']}/messages/{again}", headers=who).get_json()
    assert [(each["number"], each["status"]) for each in detail["tries"]] == [(1, 200), (2, 200)]
    assert detail["payload"].encode() == sink.arrived[2].body


def test_a_removed_endpoint_is_gone_at_once_and_a_month_later_altogether(scene: Scene, sink: Sink) -> None:
    who = scene.headers(MANAGER)
    made = make(scene, who, types=[REFERRAL_TYPES[0]])
    assert scene.client.delete(made.headers["Location"], headers=who).status_code == 428
    gone = scene.client.delete(made.headers["Location"], headers={**who, "If-Match": made.headers["ETag"]})
    assert gone.status_code == 204
    assert scene.client.get(made.headers["Location"], headers=who).status_code == 404
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    assert list(messages(scene)) == []
    for days, left in ((30, 1), (31, 0)):
        with scene.db.transaction() as session:
            delete_expired(session, NOON + timedelta(days=days))
        assert len(endpoints(scene)) == left


def test_an_empty_form_says_what_is_missing_in_the_order_of_its_fields(scene: Scene) -> None:
    empty = scene.client.post("/webhooks/new", data={"form": "f"}, headers=scene.headers(MANAGER))
    summary = empty.text[: empty.text.index("<form id=")]
    missing = ("Enter a whole address", "Choose at least one kind of event that it shall be told of.")
    assert empty.status_code == 422
    assert 0 < summary.index(missing[0]) < summary.index(missing[1])


def test_twenty_endpoints_are_enough_and_a_form_sent_twice_makes_one(scene: Scene) -> None:
    who = scene.headers(MANAGER)
    form = {"url": URL, "types": PUBLIC, "form": "f"}
    assert "whsec_" in scene.client.post("/webhooks/new", data=form, headers=who).text
    again = scene.client.post("/webhooks/new", data=form, headers=who)
    assert (again.status_code, "whsec_" in again.text) == (409, False)
    for _ in range(19):
        an_endpoint(scene, URL)
    full = scene.client.post("/webhooks/new", data={**form, "form": "g"}, headers=who)
    assert (full.status_code, "So many endpoints" in full.text) == (422, True)
    assert make(scene, who, "another").status_code == 422
