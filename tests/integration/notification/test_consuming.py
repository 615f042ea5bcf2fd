"""The kit's consumer with this service's handlers: batches, repetitions, and one bad event among good ones."""

import base64
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from notification_service.consumers import batch_handlers, handlers
from service_kit.clock import FrozenClock
from service_kit.envelope import Event, exchange_of
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.rabbitmq import Delivery
from support.notification import (
    NGO,
    NOON,
    OFFICER,
    ONLY_MAIL,
    UNIT,
    WORKER,
    Scene,
    a_member_event,
    an_event,
    an_organization_event,
    referral_data,
    view_data,
)

QUEUE = "notification_service.inbox"


@pytest.fixture
def consumer(scene: Scene) -> Consumer:
    clock = FrozenClock(NOON)
    heard = handlers(clock, scene.keyring, scene.environment["SETU_MEMBER_BOX_PRIVATE_KEY"], ONLY_MAIL)
    return Consumer(
        scene.db,
        "amqp://nowhere",
        "notification_service",
        heard,
        together=batch_handlers(clock, ONLY_MAIL),
        clock=clock,
    )


def arrive(consumer: Consumer, *events: Event | bytes) -> None:
    consumer.apply([Delivery(QUEUE, _exchange(event), _body(event), 0, n) for n, event in enumerate(events)])


def _exchange(event: Event | bytes) -> str:
    return "directory.events" if isinstance(event, bytes) else exchange_of(event.type)


def _body(event: Event | bytes) -> bytes:
    return event if isinstance(event, bytes) else event.to_bytes()


def kinds(scene: Scene) -> list[tuple[UUID, str]]:
    with scene.db.transaction() as session:
        rows = session.execute(text("SELECT account_id, kind FROM notice ORDER BY account_id, kind"))
        return [(row.account_id, row.kind) for row in rows]


def inbox(scene: Scene) -> dict[str, int]:
    with scene.db.transaction() as session:
        rows = session.execute(text("SELECT state, count(*) FROM inbox GROUP BY state"))
        return {row[0]: row[1] for row in rows}


def test_a_mixed_batch_takes_effect_once_however_often_it_arrives(scene: Scene, consumer: Consumer) -> None:
    referral = uuid4()
    batch = [
        an_organization_event(),
        an_event("referral.submitted.v1", referral_data(referral, NGO)),
        a_member_event(base64.b64decode(scene.environment["SETU_MEMBER_BOX_PUBLIC_KEY"])),
        an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT)),
        an_event(
            "directory.session.revoked.v1",
            {"session_id": str(uuid4()), "expires_at": NOON.isoformat(), "version": 1},
        ),
    ]
    for _ in range(3):
        arrive(consumer, *batch, *batch, *batch)
    assert kinds(scene) == [(WORKER, "new"), (OFFICER, "accepted")]
    assert inbox(scene) == {"done": 5}


def test_one_bad_event_holds_up_nothing_but_itself(scene: Scene, consumer: Consumer) -> None:
    bad = {**referral_data(uuid4(), NGO), "district": None, "receivers": "everybody"}
    good = [an_event("referral.submitted.v1", referral_data(uuid4(), NGO)) for _ in range(3)]
    arrive(consumer, good[0], good[1], an_event("referral.submitted.v1", bad), b"not json", good[2])
    assert kinds(scene) == [(WORKER, "new")] * 3
    assert inbox(scene) == {"done": 3, "waiting": 1, "parked": 1}


def test_the_session_that_ended_is_refused_by_the_web_process_at_once(scene: Scene, consumer: Consumer) -> None:
    session = uuid4()
    headers = scene.headers(WORKER, session=session)
    assert scene.client.get("/api/notices", headers=headers).status_code == 200
    data = {"session_id": str(session), "expires_at": scene.clock.now().isoformat(), "version": 1}
    arrive(consumer, an_event("directory.session.revoked.v1", data))
    assert scene.client.get("/api/notices", headers=headers).status_code == 401
