"""From an event to an endpoint that took it, or did not: real sinks, a clock that is moved, the promised end."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import standardwebhooks
from sqlalchemy import text

from notification_service.consumers import handlers
from notification_service.domain.webhook_retry_schedule import FAILING_FOR, LEASE, SCHEDULE
from service_kit.envelope import Event
from support.notification import (
    BODY,
    COORDINATOR,
    MANAGER,
    NGO,
    NOON,
    ONLY_MAIL,
    OTHER_MANAGER,
    OTHER_NGO,
    UNIT,
    Scene,
    add_member,
    an_event,
    an_organization_event,
    referral_data,
)
from support.webhooks.endpoints import (
    an_endpoint,
    attempts,
    deliver_all,
    deliver_webhook_once,
    dependencies,
    endpoints,
    messages,
    secret,
)
from support.webhooks.sinks import CLOSE, DRIP, HANG, RESET, Sink, a_sink

SERVICE = uuid4()


@pytest.fixture
def sink() -> Iterator[Sink]:
    with a_sink() as running:
        yield running


def hear(scene: Scene, *events: Event) -> None:
    heard = handlers(scene.clock, scene.keyring, scene.environment["SETU_MEMBER_BOX_PRIVATE_KEY"], ONLY_MAIL)
    with scene.db.transaction() as session:
        for event in events:
            heard[event.type](session, event)


def a_service_event(version: int = 1, service: UUID = SERVICE, **more: object) -> Event:
    about = {"service_id": str(service), "organization_id": str(NGO), "name": "Canary Clinic", "needs": ["OST"]}
    data = {**about, "version": version, "status": "active", "deleted": False, **more}
    return an_event("directory.service.changed.v1", data)


def submit(scene: Scene, *receivers: UUID, version: int = 1) -> UUID:
    referral = uuid4()
    hear(scene, an_event("referral.submitted.v1", referral_data(referral, *(receivers or (NGO,)), version=version)))
    return referral


def notices_of(scene: Scene, account: UUID) -> list[str]:
    answer = scene.client.get("/api/notices", headers=scene.headers(account)).get_json()
    return [item["kind"] for item in answer["items"]]


def test_a_referral_says_a_kind_a_reference_a_link_and_a_time_and_nothing_else(scene: Scene, sink: Sink) -> None:
    endpoint = an_endpoint(scene, sink)
    referral = submit(scene)
    scene.clock.set(scene_now := NOON + timedelta(seconds=3))
    deliver_all(scene, dependencies(scene))
    [arrived] = sink.arrived
    standardwebhooks.Webhook(secret(endpoint)).sign("", scene_now, "")  # the secret is one that the library takes
    [message] = messages(scene)
    assert arrived.headers["webhook-id"] == f"msg_{message.id.hex}"
    assert arrived.headers["webhook-timestamp"] == str(int(scene_now.timestamp()))
    assert (arrived.path, arrived.headers["host"]) == ("/hooks", f"127.0.0.1:{sink.port}")
    assert arrived.body.decode() == (
        f'{{"specversion":"1.0","id":"msg_{message.id.hex}","source":"http://referral.test",'
        f'"type":"referral.submitted.v1","subject":"{referral}","time":"2026-11-24T06:30:00Z",'
        '"datacontenttype":"application/json",'
        f'"data":{{"kind":"new","reference":"R-7KQ2-9XTC","link":"http://referral.test/inbox/{referral}"}}}}'
    )
    assert (message.state, attempts(scene)) == ("taken", [(200, None)])


def test_the_signature_is_one_that_the_public_library_makes(scene: Scene, sink: Sink) -> None:
    endpoint = an_endpoint(scene, sink, generation=2, rotated_at=NOON)
    submit(scene)
    deliver_all(scene, dependencies(scene))
    [arrived] = sink.arrived
    signed = [
        standardwebhooks.Webhook(secret(endpoint, generation)).sign(
            arrived.headers["webhook-id"], scene.clock.now(), arrived.body.decode()
        )
        for generation in (2, 1)
    ]
    assert arrived.headers["webhook-signature"].split() == signed


def test_referrals_reach_their_receivers_endpoints_alone_and_public_changes_everybodys(
    scene: Scene, sink: Sink
) -> None:
    own = an_endpoint(scene, sink)
    others = an_endpoint(scene, sink, organization=OTHER_NGO)
    body = an_endpoint(
        scene,
        sink,
        organization=BODY,
        organization_kind="coordinating_body",
        types=["directory.service.changed.v1"],
    )
    submit(scene, NGO, UNIT)
    hear(scene, a_service_event())
    got = {(row.endpoint_id, row.type) for row in messages(scene)}
    assert got == {
        (own, "referral.submitted.v1"),
        *((each, "directory.service.changed.v1") for each in (own, others, body)),
    }


def test_what_nobody_hears_of_and_what_a_program_need_not_know_becomes_no_webhook(scene: Scene, sink: Sink) -> None:
    an_endpoint(scene, sink)
    for kind in ("referral.closed.v1", "referral.cards.ordered.v1", "referral.forward.requested.v1"):
        hear(scene, an_event(kind, referral_data(uuid4(), NGO)))
    withdrawn = uuid4()
    hear(scene, an_event("referral.withdrawn.v1", referral_data(withdrawn, NGO, version=2)))
    hear(scene, an_event("referral.submitted.v1", referral_data(withdrawn, NGO)))  # late: the team is not told either
    assert [row.type for row in messages(scene)] == ["referral.withdrawn.v1"]


def test_a_snapshot_is_told_once_however_often_it_comes_and_leaves_no_name_behind(scene: Scene, sink: Sink) -> None:
    an_endpoint(scene, sink)
    one, two = a_service_event(), a_service_event(2, name="Another")
    hear(scene, one, one, two, a_service_event(1), two, an_organization_event(1, staffed=[]))
    hear(scene, an_organization_event(2, staffed=["case_worker"]))
    deliver_all(scene, dependencies(scene))
    bodies = [arrived.body.decode() for arrived in sink.arrived]
    assert sorted(f'"service_id":"{SERVICE}"' in body for body in bodies) == [False, True, True]
    assert [f"http://directory.test/api/organizations/{NGO}" in body for body in bodies].count(True) == 1
    with scene.db.transaction() as session:
        kept = str(session.execute(text("SELECT * FROM public_fact")).all()) + "".join(bodies)
    assert all(word not in kept for word in ("Canary", "Another", "OST"))


FOREVER = 1 + len(SCHEDULE)


@pytest.mark.parametrize(
    ("answers", "ended", "attempted"),
    [
        ([204], "taken", [(204, None)]),
        ([500, 500, 200], "taken", [(500, None)] * 2 + [(200, None)]),
        ([400], "failed", [(400, None)] * FOREVER),
        ([500], "failed", [(500, None)] * FOREVER),
        (["302 Found\r\nLocation: {elsewhere}"], "failed", [(302, None)] * FOREVER),
        (["429 Slow\r\nRetry-After: 120", 200], "taken", [(429, None), (200, None)]),
        ([410], "failed", [(410, None)]),
        ([RESET, 200], "taken", [(None, "broken_off"), (200, None)]),
        ([CLOSE, 200], "taken", [(None, "broken_off"), (200, None)]),
        ([HANG, 200], "taken", [(None, "no_answer"), (200, None)]),
        ([DRIP, 200], "taken", [(None, "no_answer"), (200, None)]),
        (["200 OK\r\nX: " + "x" * 200_000, 200], "taken", [(None, "broken_off"), (200, None)]),
    ],
    ids=["204", "500s", "400", "500", "redirect", "429", "410", "reset", "close", "hang", "drip", "flood"],
)
def test_each_answer_ends_as_promised(scene: Scene, sink: Sink, answers, ended: str, attempted) -> None:
    with a_sink() as elsewhere:
        sink.answering(*(each.format(elsewhere=elsewhere.url) if isinstance(each, str) else each for each in answers))
        an_endpoint(scene, sink)
        submit(scene)
        deliver_all(scene, dependencies(scene, seconds=1 if answers[0] in (HANG, DRIP) else 10))
    assert elsewhere.connections == 0
    assert attempts(scene) == attempted
    assert [row.state for row in messages(scene)] == [ended]
    assert len({arrived.headers["webhook-id"] for arrived in sink.arrived}) == 1
    assert len({arrived.body for arrived in sink.arrived}) == 1


def test_retry_after_holds_back_whatever_else_waits_for_the_endpoint(scene: Scene, sink: Sink) -> None:
    sink.answering("503 Busy\r\nRetry-After: 600", 200)
    an_endpoint(scene, sink)
    submit(scene)
    submit(scene)
    sending = dependencies(scene)
    assert deliver_webhook_once(sending)
    assert not deliver_webhook_once(sending)
    scene.clock.advance(timedelta(seconds=599))
    assert not deliver_webhook_once(sending)
    scene.clock.advance(timedelta(seconds=1))
    assert deliver_webhook_once(sending)
    assert deliver_webhook_once(sending)
    assert {row.state for row in messages(scene)} == {"taken"}


def test_an_endpoint_that_fails_waits_behind_those_that_work(scene: Scene, sink: Sink) -> None:
    with a_sink() as broken:
        an_endpoint(scene, broken.answering(500), failing_since=NOON)
        an_endpoint(scene, sink, organization=OTHER_NGO)
        submit(scene)
        scene.clock.advance(timedelta(seconds=1))
        submit(scene, OTHER_NGO)
        sending = dependencies(scene)
        assert deliver_webhook_once(sending)
        assert (len(sink.arrived), len(broken.arrived)) == (1, 0)
        assert deliver_webhook_once(sending)
    assert len(broken.arrived) == 1


def test_410_disables_at_once_ends_what_waits_and_tells_the_manager(scene: Scene, sink: Sink) -> None:
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, MANAGER, NGO, "provider_manager", None, 2, "+919800012301")
    an_endpoint(scene, sink.answering(410))
    for _ in range(3):
        submit(scene)
    deliver_all(scene, dependencies(scene))
    [endpoint] = endpoints(scene)
    assert (endpoint.state, endpoint.reason, len(sink.arrived)) == ("disabled", "gone", 1)
    assert sorted(row.error or "" for row in messages(scene)) == ["", "disabled", "disabled"]
    assert notices_of(scene, MANAGER) == ["webhook_disabled"]
    assert notices_of(scene, OTHER_MANAGER) == []
    with scene.db.transaction() as session:
        carried = text("SELECT channel FROM delivery WHERE kind = 'webhook_disabled'")
        assert session.scalars(carried).all() == ["sms"], "she has a phone and no mailbox"
    submit(scene)  # kept, so that it can be replayed
    assert [row.state for row in messages(scene)] == ["failed"] * 4
    assert not deliver_webhook_once(dependencies(scene))


def test_five_days_of_failure_disable_and_one_success_begins_the_count_anew(scene: Scene, sink: Sink) -> None:
    an_endpoint(
        scene,
        sink.answering(500, 200, 500),
        organization=BODY,
        organization_kind="coordinating_body",
        types=["directory.service.changed.v1"],
    )
    sending = dependencies(scene)
    hear(scene, a_service_event())
    deliver_all(scene, sending)
    assert endpoints(scene)[0].failing_since is None
    hear(scene, a_service_event(2))
    assert deliver_webhook_once(sending)
    began = scene.clock.now()
    assert endpoints(scene)[0].failing_since == began
    scene.clock.set(began + FAILING_FOR - timedelta(seconds=1))
    assert deliver_webhook_once(sending)
    assert endpoints(scene)[0].state == "enabled"
    hear(scene, a_service_event(3))
    scene.clock.advance(timedelta(seconds=1))
    assert deliver_webhook_once(sending)
    assert (endpoints(scene)[0].state, endpoints(scene)[0].reason) == ("disabled", "failing")
    assert notices_of(scene, COORDINATOR) == ["webhook_disabled"]


def test_a_worker_that_died_leaves_a_lease_that_runs_out_and_a_message_that_ends_every_worker_is_given_up(
    scene: Scene, sink: Sink
) -> None:
    an_endpoint(scene, sink)
    submit(scene)
    with scene.db.transaction() as session:
        session.execute(
            text("UPDATE webhook_message SET state = 'sending', attempts = 1, lease = id, lease_until = :until"),
            {"until": NOON + LEASE},
        )
    assert not deliver_webhook_once(dependencies(scene))
    scene.clock.set(NOON + LEASE)
    assert deliver_webhook_once(dependencies(scene))
    assert [(row.state, row.attempts) for row in messages(scene)] == [("taken", 2)]
    with scene.db.transaction() as session:
        session.execute(text("UPDATE webhook_message SET state = 'waiting', attempts = 10"))
    assert deliver_webhook_once(dependencies(scene))
    assert [(row.state, row.error) for row in messages(scene)] == [("failed", "cut_off")]
    assert len(sink.arrived) == 1
