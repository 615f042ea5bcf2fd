"""Addresses that nothing is sent to: what becomes of messages to them, who is told instead, and an operator's list."""

from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from notification_service.cli_suppression import suppress, suppressed, unsuppress
from notification_service.domain.choices import Choices
from notification_service.domain.links import Links
from notification_service.domain.notices import Channel
from notification_service.domain.quiet_hours import QuietHours
from notification_service.domain.reports import Source
from notification_service.outside.carrier import Message
from notification_service.store import choices, delivery_log
from notification_service.store.tables import DeliveryRow, NoticeRow
from notification_service.use_cases.change_suppression import suppress_by_hand
from notification_service.use_cases.dependencies import Dependencies
from service_kit.ids import SystemIds
from support.notices.sending import deliver_once
from support.notification import (
    COORDINATOR,
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    OTHER_NGO,
    UNIT,
    WORKER,
    Scene,
    add_member,
    an_event,
    referral_data,
    view_data,
)

ASHA, BOTH = "asha@ngo.example", frozenset({Channel.MAIL, Channel.SMS})


class Taking:
    def __init__(self) -> None:
        self.to: list[str] = []

    def send(self, message: Message) -> None:
        self.to.append(message.to)


def deliver(scene: Scene, channels: object = tuple(Channel), **more: object) -> list[str]:
    carrier = Taking()
    links = Links("http://r", "http://d", "http://n")
    carriers = {Channel.MAIL: carrier, Channel.SMS: carrier}
    own = Dependencies(
        scene.db, scene.clock, scene.believable, SystemIds(), scene.keyring, carriers, links, scene.mac, **more
    )  # type: ignore[arg-type]  # given by keyword, one type each
    while deliver_once(own, channels):  # type: ignore[arg-type]  # a collection of channels
        pass
    return carrier.to


def silence(scene: Scene, address: str, channel: Channel = Channel.MAIL) -> None:
    with scene.db.transaction() as session:
        assert suppress_by_hand(session, channel, address, scene.mac.digest, scene.clock.now())


def submit(scene: Scene, **more: object) -> None:
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO, **more)), channels=BOTH)  # type: ignore[arg-type]  # by keyword


def states(scene: Scene) -> dict[UUID, tuple[str, str | None, int]]:
    with scene.db.transaction() as session:
        return {row.account_id: (row.state, row.error, row.attempts) for row in session.scalars(select(DeliveryRow))}


def told(scene: Scene) -> set[UUID]:
    with scene.db.transaction() as session:
        return set(session.scalars(select(NoticeRow.account_id)))


def test_nothing_is_sent_to_a_suppressed_address_in_any_spelling_and_the_notice_stays(scene: Scene) -> None:
    silence(scene, " Asha@NGO.example ")
    submit(scene)
    assert deliver(scene) == []
    assert states(scene) == {WORKER: ("suppressed", "suppressed", 0)}
    items = scene.client.get("/api/notices", headers=scene.headers(WORKER)).get_json()["items"]
    assert [item["kind"] for item in items] == ["new"]
    with scene.db.transaction() as session:
        [delivery] = session.scalars(select(DeliveryRow.id))
    for path in ("/deliveries?state=suppressed", f"/deliveries/{delivery}"):
        page = scene.client.get(path, headers=scene.headers(MANAGER)).text
        assert "Nothing is sent to this address any more" in page
        assert "asha" not in page


def test_an_urgent_message_that_cannot_be_sent_is_told_to_whom_the_table_names_next(scene: Scene) -> None:
    silence(scene, ASHA)
    submit(scene, priority="urgent")
    assert deliver(scene) == ["minu@ngo.example"]
    assert told(scene) == {WORKER, MANAGER}
    submit(scene, priority="urgent")
    silence(scene, "minu@ngo.example")
    deliver(scene)
    assert states(scene)[COORDINATOR][0] == "sent"


def test_what_is_not_urgent_or_has_another_way_is_told_to_nobody_else(scene: Scene) -> None:
    silence(scene, ASHA)
    submit(scene)
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, MANAGER, NGO, "provider_manager", "minu@ngo.example", 9, "+919800012301")
    silence(scene, "minu@ngo.example")
    scene.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO)), channels=BOTH)
    assert sorted(deliver(scene)) == ["+919800012301", "coord@body.example"]
    assert told(scene) == {WORKER, MANAGER, COORDINATOR}


def test_a_referrers_suppressed_message_is_told_to_nobody_else(scene: Scene) -> None:
    silence(scene, "raj@unit.example")
    scene.plan(an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT)))
    assert deliver(scene) == []
    assert told(scene) == {OFFICER}


def test_a_suppressed_message_can_be_sent_again_once_the_address_is_free(scene: Scene) -> None:
    silence(scene, ASHA)
    submit(scene)
    deliver(scene)
    everything = scene.client.post(
        "/api/deliveries/replay", json={"since": NOON.isoformat()}, headers=scene.headers(MANAGER)
    )
    assert everything.get_json() == {"count": 0}, "it would end as it did"
    with scene.db.transaction() as session:
        assert delivery_log.retry_everything(session, now=scene.clock.now()) == 0
        session.execute(text("DELETE FROM suppression"))
        [row] = session.scalars(select(DeliveryRow))
    resent = scene.client.post(
        f"/api/deliveries/{row.id}/resend", headers={**scene.headers(MANAGER), "If-Match": f'"{row.version}"'}
    )
    assert resent.status_code == 202
    assert deliver(scene) == [ASHA]


@pytest.fixture
def operator(scene: Scene, settings_env: object, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    own = settings_env(
        "notification",
        scene.urls,
        process="worker",
        SETU_AMQP_URL="amqp://x/",
        SETU_MAIL_DIR="m",
        SETU_MAIL_FROM="a@b.example",
    )  # type: ignore[operator]  # a fixture
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    return CliRunner()


def test_an_operator_puts_an_address_on_the_list_and_takes_it_off_and_no_address_is_shown(
    scene: Scene, operator: CliRunner
) -> None:
    added = operator.invoke(suppress, ["mail"], input=f"{ASHA}\n")
    again = operator.invoke(suppress, ["mail"], input=f"{ASHA}\n")
    submit(scene)
    assert deliver(scene) == []
    listed = operator.invoke(suppressed)
    [line] = listed.output.splitlines()
    digest, channel, source = line.split()[:3]
    assert (len(digest), channel, source) == (64, "mail", Source.HAND)
    assert "not on the list" in operator.invoke(unsuppress, ["sms", "--digest", digest]).output
    freed = operator.invoke(unsuppress, ["mail", "--digest", digest])
    gone = operator.invoke(unsuppress, ["mail"], input=f"{ASHA}\n")
    assert "asha" not in added.output + again.output + listed.output + freed.output + gone.output
    assert (operator.invoke(suppressed).output, "not on the list" in gone.output) == ("", True)
    with scene.db.transaction() as session:
        logged = session.execute(text("SELECT action, object_id FROM audit_entry ORDER BY position")).all()
    assert [tuple(row) for row in logged] == [("suppression.add", digest), ("suppression.remove", digest)]


def test_a_channels_rate_is_kept_by_all_senders_together_and_holds_up_no_other_channel(scene: Scene) -> None:
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, MANAGER, NGO, "provider_manager", None, 9, "+919800012301")
    for _ in range(5):
        submit(scene)
        scene.plan(an_event("referral.decision.due.v1", referral_data(uuid4(), NGO)), channels=BOTH)
    scene.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO)), channels=BOTH)
    rates = {Channel.MAIL: 3.0}
    assert len(deliver(scene, [Channel.MAIL], rates=rates)) == 3
    assert deliver(scene, [Channel.MAIL], rates=rates) == []
    assert deliver(scene, [Channel.SMS], rates=rates) == ["+919800012301"]
    scene.clock.advance(timedelta(milliseconds=700))
    assert len(deliver(scene, [Channel.MAIL], rates=rates)) == 2
    scene.clock.advance(timedelta(minutes=1))
    assert len(deliver(scene, [Channel.MAIL], rates=rates)) == 3, "a second's worth is kept, not a minute's"
    assert max(attempts for _state, _error, attempts in states(scene).values()) <= 1


def test_what_is_put_off_for_quiet_hours_stays_so_while_the_channel_has_no_token(scene: Scene) -> None:
    night = QuietHours(time(11), time(13))  # it is noon in India
    with scene.db.transaction() as session:
        choices.save(session, WORKER, Choices(quiet=night))
    rates, elsewhere = {Channel.MAIL: 1.0}, an_event("referral.submitted.v1", referral_data(uuid4(), OTHER_NGO))
    scene.plan(elsewhere, channels=BOTH)
    assert deliver(scene, rates=rates) == ["other@else.example"]
    scene.plan(an_event("referral.decision.due.v1", referral_data(uuid4(), NGO, due_at=None)), channels=BOTH)
    scene.clock.advance(timedelta(milliseconds=1))
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), OTHER_NGO)), channels=BOTH)
    assert deliver(scene, rates=rates) == []
    with scene.db.transaction() as session:
        of_worker = select(DeliveryRow.next_attempt_at).where(DeliveryRow.account_id == WORKER)
        assert session.scalars(of_worker).one() == NOON + timedelta(hours=1)
