"""From a planned notice to an SMS at the gateway: who gets one, what it says, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from notification_service.domain.links import Links
from notification_service.domain.notices import Channel
from notification_service.outside.sms_gateway import SmsGateway
from notification_service.outside.smtp import SmtpAddress, SmtpMailer
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.enforce_retention import note_phones
from notification_service.use_cases.poll_lock import PollLock
from notification_service.worker import senders
from service_kit import metrics
from service_kit.ids import SystemIds
from support.events import eventually, scalar
from support.notices.sending import deliver_once, running
from support.notices.sms import APP, RunningGateway, sms_gateway
from support.notification import (
    MANAGER,
    NGO,
    OFFICER,
    UNIT,
    WORKER,
    Scene,
    add_member,
    an_event,
    referral_data,
    view_data,
)

BOTH = frozenset({Channel.MAIL, Channel.SMS})


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[RunningGateway]:
    with sms_gateway(tmp_path) as started:
        yield started


def reached_by(scene: Scene, account: UUID, organization: UUID, role: str, **contact: str | None) -> None:
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, account, organization, role, version=9, **contact)


def sending(scene: Scene, gateway: RunningGateway) -> Dependencies:
    carriers = {Channel.SMS: SmsGateway(gateway.settings, "key", timeout=20)}
    links = Links("http://r", "http://d", APP)
    return Dependencies(scene.db, scene.clock, scene.believable, SystemIds(), scene.keyring, carriers, links, scene.mac)


def planned(scene: Scene) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    with scene.db.transaction() as session:
        for row in session.scalars(select(DeliveryRow)):
            found.setdefault(row.account_id, set()).add(row.channel)
    return found


def test_who_has_no_mail_address_is_told_by_sms_and_what_presses_goes_out_on_both(scene: Scene) -> None:
    reached_by(scene, OFFICER, UNIT, "officer", mail=None, phone="+919800012301")
    reached_by(scene, WORKER, NGO, "case_worker", mail="asha@ngo.example", phone="+919800012302")
    reached_by(scene, MANAGER, NGO, "provider_manager", mail="minu@ngo.example", phone="+919800012303")
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)), channels=BOTH)
    scene.plan(an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT)), channels=BOTH)
    assert planned(scene) == {WORKER: {"mail"}, OFFICER: {"sms"}}
    scene.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO)), channels=BOTH)
    assert planned(scene)[MANAGER] == {"mail", "sms"}


def test_without_a_gateway_no_sms_is_planned(scene: Scene) -> None:
    reached_by(scene, OFFICER, UNIT, "officer", mail=None, phone="+919800012301")
    scene.plan(an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT)))
    assert planned(scene) == {}


@pytest.mark.parametrize(
    ("last", "state", "error"),
    [("01", "sent", None), ("60", "failed", "message_refused"), ("63", "waiting", "try_later")],
)
def test_an_sms_ends_as_the_gateway_says_and_the_log_shows_it(
    scene: Scene, gateway: RunningGateway, caplog: pytest.LogCaptureFixture, last: str, state: str, error: str | None
) -> None:
    caplog.set_level("DEBUG")
    number = f"+9198000123{last}"
    reached_by(scene, WORKER, NGO, "case_worker", mail=None, phone=number)
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)), channels=BOTH)
    assert deliver_once(sending(scene, gateway))
    with scene.db.transaction() as session:
        [row] = session.scalars(select(DeliveryRow))
    assert (row.channel, row.state, row.error, row.attempts) == ("sms", state, error, 1)
    taken = [(one["mobile"], one["client_id"], one["message"]) for one in gateway.gateway.messages]
    body = f"There is a message for you about R-7KQ2-9XTC. To read it, sign in here: {APP}"
    assert taken == ([(number, str(row.id), body)] if state == "sent" else [])
    log = scene.client.get(f"/deliveries/{row.id}", headers=scene.headers(MANAGER)).text
    item = scene.client.get(f"/api/deliveries/{row.id}", headers=scene.headers(MANAGER)).get_json()
    assert (item["channel"], item["message"]) == ("sms", {"subject": "", "body": body})
    assert body.partition(" http")[0] in log
    told = log + str(item) + caplog.text + metrics.exposition().decode()
    assert "message" in caplog.text
    assert number[-10:] not in told


def test_an_sms_that_nothing_carries_any_more_is_tried_by_the_senders_of_mail_and_the_log_says_why(
    scene: Scene, gateway: RunningGateway
) -> None:
    reached_by(scene, WORKER, NGO, "case_worker", mail=None, phone="+919800012301")
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO)), channels=BOTH)
    without = replace(
        sending(scene, gateway),
        carriers={Channel.MAIL: SmtpMailer(SmtpAddress.parse("smtp://localhost:9"), "a@b.example")},
    )
    poll_locks = {channel: PollLock() for channel in Channel}
    assert set(senders(sending(scene, gateway), poll_locks)) == {"mail 1", "mail 2", "sms 1", "sms 2"}
    assert set(senders(without, poll_locks)) == {"mail 1", "mail 2"}
    with running(senders(without, poll_locks).values(), poll_locks[Channel.MAIL]):
        eventually(lambda: scalar(scene.db, "SELECT error FROM delivery") == "channel_closed")
    assert scalar(scene.db, "SELECT state FROM delivery") == "waiting"


def test_a_contact_that_a_release_before_wrote_is_looked_at_once(scene: Scene) -> None:
    reached_by(scene, OFFICER, UNIT, "officer", mail=None, phone="+919800012301")
    with scene.db.transaction() as session:
        session.execute(text("UPDATE member SET has_phone = NULL"))
        note_phones(session, scene.keyring)
        with_phone = session.scalars(text("SELECT account_id FROM member WHERE has_phone")).all()
        assert session.scalar(text("SELECT count(*) FROM member WHERE has_phone IS NULL")) == 0
    assert with_phone == [OFFICER]
