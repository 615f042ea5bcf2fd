"""What a withdrawal or the end of consent to be contacted stops, for people and for their programs, and for good."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from notification_service.store import delivery_log
from notification_service.store.tables import DeliveryRow
from support.notification import MANAGER, NGO, NOON, Scene, an_event, referral_data
from support.webhooks.endpoints import an_endpoint, deliver_webhook_once, dependencies, messages
from support.webhooks.sinks import a_sink

URL = "https://hooks.example.org/setu"
ASKING = {"contact.due", "voice.heard", "release.changed", "review.due"}


def hear(scene: Scene, referral: UUID, *kinds: str, after: int = 0) -> None:
    scene.plan(
        *(
            an_event(f"referral.{kind}.v1", referral_data(referral, NGO, version=version))
            for version, kind in enumerate(kinds, start=after + 1)
        )
    )


def stopped(scene: Scene) -> set[tuple[UUID, str]]:
    ended = [row for row in messages(scene) if row.stopped]
    assert {(row.state, row.error) for row in ended} == {("failed", "stopped")}
    return {(row.subject_id, row.type.removeprefix("referral.").removesuffix(".v1")) for row in ended}


@pytest.mark.parametrize(
    ("end", "goes_on"),
    [("contact.ended", {"reminder.due", "decision.due"}), ("withdrawn", set()), ("closed", set())],
)
def test_webhooks_that_wait_stop_as_messages_to_people_do(scene: Scene, end: str, goes_on: set[str]) -> None:
    an_endpoint(scene, URL)
    referral, kept = uuid4(), uuid4()
    hear(scene, referral, *sorted(ASKING), "reminder.due", "decision.due", "identity.opened")
    hear(scene, kept, "contact.due")
    hear(scene, referral, end, after=9)
    assert stopped(scene) == {(referral, kind) for kind in ASKING | {"reminder.due", "decision.due"} - goes_on}


def test_a_webhook_that_was_taken_is_not_sent_again_after_the_person_said_no(scene: Scene) -> None:
    with a_sink() as sink:
        endpoint, referral = an_endpoint(scene, sink), uuid4()
        hear(scene, referral, "contact.due")
        assert deliver_webhook_once(dependencies(scene))
        hear(scene, referral, "contact.ended", after=1)
        [asks, _ended] = messages(scene)
        at, who = f"/api/webhooks/{endpoint}", scene.headers(MANAGER)
        replayed = scene.client.post(f"{at}/replay", json={"since": NOON.isoformat(), "taken_too": True}, headers=who)
        assert replayed.get_json() == {"count": 0, "waiting": 1}
        assert scene.client.post(f"{at}/messages/{asks.id}/resend", headers=who).status_code == 409
        assert "Send again" not in scene.client.get(f"/webhooks/{endpoint}/messages/{asks.id}", headers=who).text
        assert deliver_webhook_once(dependencies(scene))
        assert [b'"kind":"contact"' in each.body for each in sink.arrived] == [True, False]


@pytest.mark.parametrize("state", ["failed", "suppressed"])
@pytest.mark.parametrize("end", ["contact.ended", "withdrawn"])
def test_a_message_that_failed_before_is_not_sent_again_after_it(scene: Scene, state: str, end: str) -> None:
    referral = uuid4()
    hear(scene, referral, "contact.due")
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET state = :state, finished_at = now()"), {"state": state})
    scene.clock.advance(timedelta(minutes=1))
    hear(scene, referral, end, after=1)
    with scene.db.transaction() as session:
        row = session.scalars(select(DeliveryRow).where(DeliveryRow.kind == "contact")).one()
        assert row.state == state, "the log says what became of it"
        delivery_log.retry_everything(session, now=scene.clock.now())
    who = scene.headers(MANAGER)
    one = {**who, "If-Match": f'"{row.version}"'}
    assert scene.client.post(f"/api/deliveries/{row.id}/resend", headers=one).status_code == 409
    scene.client.post("/api/deliveries/replay", json={"since": NOON.isoformat()}, headers=who)
    with scene.db.transaction() as session:
        assert session.get_one(DeliveryRow, row.id).state == state
