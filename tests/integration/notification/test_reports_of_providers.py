"""What providers report by signed callback: that a message arrived or came back, and that somebody wants no more."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from local_stack.sms_gateway import sign
from notification_service.domain.links import Links
from notification_service.domain.notices import Channel
from notification_service.outside.carrier import Message
from notification_service.store.tables import DeliveryRow, SuppressionRow
from notification_service.use_cases.apply_reports import apply_reports
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.enforce_retention import delete_expired
from service_kit.ids import SystemIds
from support.lasting_services import Connected
from support.notices.sending import deliver_once
from support.notification import MANAGER, NGO, WORKER, Scene, a_scene, add_member, an_event, referral_data

MAIL_KEY, SMS_KEY, OLD_KEY = (bytes([n]) * 32 for n in (1, 2, 3))
KEYS = ",".join(
    f"{name}:{base64.b64encode(key).decode()}"
    for name, key in (("mail-2", MAIL_KEY), ("mail-1", OLD_KEY), ("sms-1", SMS_KEY))
)


class Taking:
    """A carrier that takes everything."""

    def __init__(self) -> None:
        self.to: list[str] = []

    def send(self, message: Message) -> None:
        self.to.append(message.to)


@pytest.fixture
def scene(connected_database: Callable[[str], Connected], settings_env: Callable[..., dict[str, str]]) -> Scene:
    database = connected_database("notification")
    environment = settings_env("notification", database.urls, SETU_CALLBACK_KEYS=KEYS)
    return a_scene(database.urls, environment, web=database.web, worker=database.worker)


def deliver(scene: Scene, carrier: Taking | None = None, **more: object) -> Taking:
    carrier = carrier or Taking()
    carriers = {Channel.MAIL: carrier, Channel.SMS: carrier}
    links = Links("http://r", "http://d", "http://n")
    own = Dependencies(
        scene.db, scene.clock, scene.believable, SystemIds(), scene.keyring, carriers, links, scene.mac, **more
    )  # type: ignore[arg-type]  # given by keyword, one type each
    while deliver_once(own):
        pass
    return carrier


def sent(scene: Scene) -> UUID:
    """A mail to the case worker that the provider has taken."""
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    deliver(scene)
    with scene.db.transaction() as session:
        newest = select(DeliveryRow.id).where(DeliveryRow.account_id == WORKER, DeliveryRow.state == "sent")
        return session.scalars(newest).one()


def report(
    scene: Scene, said: object, *, channel: str = "mail", key: bytes = MAIL_KEY, late: int = 0, event_id: str = ""
) -> TestResponse:
    at = int(scene.clock.now().timestamp()) - late
    body, headers = sign(key, event_id or str(uuid4()), at, json.dumps(said).encode())
    return scene.client.post(f"/api/callbacks/{channel}", data=body, headers=headers)


def apply(scene: Scene) -> None:
    with scene.db.transaction() as session:
        apply_reports(session, scene.clock.now(), tuple(Channel))


def end_of(scene: Scene, delivery: UUID) -> tuple[str, str | None]:
    with scene.db.transaction() as session:
        row = session.get_one(DeliveryRow, delivery)
        return row.state, row.error


def suppressed(scene: Scene) -> list[tuple[str, str]]:
    with scene.db.transaction() as session:
        return [(row.channel, row.source) for row in session.scalars(select(SuppressionRow))]


@pytest.mark.parametrize(
    ("word", "end", "listed"),
    [
        ("delivered", ("delivered", None), []),
        ("failed", ("failed", "not_delivered"), []),
        ("bounced", ("failed", "bounced"), [("mail", "bounce")]),
        ("stop", ("sent", None), [("mail", "stop")]),
    ],
)
def test_a_report_ends_the_message_and_the_log_shows_it(
    scene: Scene, word: str, end: tuple[str, str | None], listed: list[tuple[str, str]]
) -> None:
    delivery = sent(scene)
    answer = report(scene, {"report": word, "message": str(delivery)})
    assert (answer.status_code, answer.get_json()) == (202, {})
    apply(scene)
    assert (end_of(scene, delivery), suppressed(scene)) == (end, listed)
    page = scene.client.get(f"/deliveries/{delivery}", headers=scene.headers(MANAGER))
    counts = scene.client.get("/api/deliveries", headers=scene.headers(MANAGER)).get_json()["counts"]
    assert (page.status_code, counts[end[0]]) == (200, 1)


def test_every_signed_report_is_answered_alike_and_a_replayed_one_counts_once(scene: Scene) -> None:
    delivery = sent(scene)
    said = {"report": "delivered", "message": str(delivery)}
    answers = [report(scene, said, event_id="one"), report(scene, said, event_id="one")]
    answers += [
        report(scene, said | {"message": str(uuid4())}),
        report(scene, {"report": "stop", "address": "+919800012377"}, channel="sms", key=SMS_KEY),
    ]
    apply(scene)
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET state = 'sent'"))
        session.execute(text("DELETE FROM suppression"))
    answers += [report(scene, said, event_id="one")]
    apply(scene)
    assert end_of(scene, delivery)[0] == "sent", "the same report is not applied again"
    kept = {"Date", "X-Request-Id"}
    shown = {(a.status_code, a.data, str(sorted((k, v) for k, v in a.headers if k not in kept))) for a in answers}
    assert len(shown) == 1


def test_only_who_holds_a_key_of_the_channel_is_heard_and_only_in_time(scene: Scene) -> None:
    tried: list[tuple[dict[str, object], int]] = [
        ({"key": OLD_KEY}, 202),  # a rotation overlaps
        ({"key": SMS_KEY}, 401),
        ({"channel": "sms"}, 401),
        ({"channel": "pigeon"}, 401),
        ({"late": 290}, 202),
        ({"late": 310}, 401),
        ({"late": -310}, 401),
        ({"event_id": "x" * 101}, 401),
    ]
    for how, status in tried:
        answer = report(scene, {"report": "delivered", "message": str(uuid4())}, **how)  # type: ignore[arg-type]  # by keyword
        assert answer.status_code == status, how


@pytest.mark.parametrize("said", [{"report": "stop"}, {"report": "reply", "text": "STOP"}])
def test_a_mail_in_anothers_name_silences_nobody(scene: Scene, said: dict[str, str]) -> None:
    assert report(scene, {**said, "address": "asha@ngo.example"}).status_code == 422
    with_a_message = {**said, "address": "asha@ngo.example", "message": str(uuid4())}
    assert report(scene, with_a_message).status_code == 202
    apply(scene)
    assert suppressed(scene) == []


def test_a_body_that_was_changed_or_is_not_signed_is_refused_before_it_is_read(scene: Scene) -> None:
    _, headers = sign(MAIL_KEY, "one", int(scene.clock.now().timestamp()), b'{"report": "delivered"}')
    for given in (headers, {"Content-Type": "application/json"}):
        assert scene.client.post("/api/callbacks/mail", data=b"{", headers=given).status_code == 401
    assert report(scene, {"report": "painted", "message": str(uuid4())}).status_code == 422
    assert report(scene, {"report": "delivered"}).status_code == 422
    with scene.db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM channel_report")) == 0


def test_a_report_that_comes_before_its_message_is_recorded_waits_for_it(scene: Scene) -> None:
    delivery = sent(scene)
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET state = 'sending'"))
    report(scene, {"report": "delivered", "message": str(delivery)})
    apply(scene)
    assert end_of(scene, delivery)[0] == "sending"
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET state = 'sent'"))
    apply(scene)
    assert end_of(scene, delivery)[0] == "delivered"


def test_an_end_that_is_known_is_not_changed_by_a_later_report(scene: Scene) -> None:
    delivery = sent(scene)
    for word in ("delivered", "failed"):
        report(scene, {"report": word, "message": str(delivery)})
        apply(scene)
    assert end_of(scene, delivery)[0] == "delivered"


def test_a_bounce_silences_the_address_that_it_came_from_and_no_newer_one(scene: Scene) -> None:
    delivery = sent(scene)
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", "new@ngo.example", version=2)
    report(scene, {"report": "bounced", "message": str(delivery)})
    apply(scene)
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)))
    assert deliver(scene).to == ["new@ngo.example"]


def test_no_address_of_a_report_is_kept_or_logged(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    number = "+919800012377"
    assert report(scene, {"report": "stop", "address": number}, channel="sms", key=SMS_KEY).status_code == 202
    apply(scene)
    with scene.db.transaction() as session:
        rows = [
            *session.execute(text("SELECT * FROM channel_report")),
            *session.execute(text("SELECT * FROM suppression")),
        ]
    assert suppressed(scene) == [("sms", "stop")]
    assert number[-10:] not in caplog.text + str(rows)


@pytest.mark.parametrize(
    ("reply", "stops"),
    [
        ("STOP", True),
        (" stop. ", True),
        ("Unsubscribe", True),
        ("बंद करें।", True),
        ("বন্ধ", True),
        ("do not stop", False),
        ("", False),
    ],
)
def test_a_reply_counts_only_if_it_is_a_stop_word_and_its_text_is_kept_nowhere(
    scene: Scene, caplog: pytest.LogCaptureFixture, reply: str, stops: bool
) -> None:
    caplog.set_level("DEBUG")
    said = {"report": "reply", "address": "+919800012377", "text": reply}
    answer = report(scene, said, channel="sms", key=SMS_KEY)
    assert (answer.status_code, answer.get_json()) == (202, {})
    apply(scene)
    assert suppressed(scene) == ([("sms", "stop")] if stops else [])
    with scene.db.transaction() as session:
        kept = str(session.execute(text("SELECT * FROM channel_report")).all())
    assert not reply or reply not in kept + caplog.text


@pytest.mark.parametrize("spelling", ["+919800012377", "919800012377", "98000 12377", "098000-12377"])
def test_a_number_is_the_same_however_a_gateway_spells_it(scene: Scene, spelling: str) -> None:
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", None, 9, "+919800012377")
    report(scene, {"report": "stop", "address": spelling}, channel="sms", key=SMS_KEY)
    apply(scene)
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)), channels=tuple(Channel))
    assert deliver(scene).to == []


def test_reports_are_forgotten_after_a_day(scene: Scene) -> None:
    report(scene, {"report": "delivered", "message": str(uuid4())})
    apply(scene)
    with scene.db.transaction() as session:
        delete_expired(session, scene.clock.now() + timedelta(hours=23))
        assert session.scalar(text("SELECT count(*) FROM channel_report")) == 1
        delete_expired(session, scene.clock.now() + timedelta(hours=25))
        assert session.scalar(text("SELECT count(*) FROM channel_report")) == 0
