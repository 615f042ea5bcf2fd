"""A trial: everything is planned and shown, and leaves for named test addresses alone."""

import base64
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from notification_service.settings import load, load_worker
from notification_service.store import sending_days
from notification_service.store.tables import DeliveryRow, NoticeRow
from notification_service.worker import test_digests_of as digests_of
from support.notices.sending import Recorder, deliver_once, dependencies, submit
from support.notices.settings import WORKER as WORKER_SETTINGS
from support.notification import COORDINATOR, MANAGER, NGO, WORKER, Scene, an_event, referral_data
from support.webhooks import endpoints as webhooks
from support.webhooks.endpoints import an_endpoint, deliver_all, messages
from support.webhooks.sinks import a_sink

SAYS_SO = "Trial: enter no real person."


@pytest.fixture
def trial(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    known = scene.client.application.extensions
    monkeypatch.setitem(known, "setu", replace(known["setu"], settings=replace(known["setu"].settings, trial=True)))
    return scene


def send_in_trial(scene: Scene, *named: str) -> list[str]:
    """Addresses that something left for."""
    settings = load_worker({**WORKER_SETTINGS, "SETU_TRIAL": "yes", "SETU_TRIAL_ADDRESSES": ",".join(named)})
    tested = digests_of(replace(settings, mac_key=base64.b64decode(scene.environment["SETU_MAC_KEY"])))
    recorder = Recorder()
    while deliver_once(replace(dependencies(scene, recorder), test_digests=tested)):
        pass
    return sorted(mail.to for mail in recorder.sent)


def test_messages_leave_for_named_addresses_alone_and_the_log_shows_all(trial: Scene) -> None:
    submit(trial)
    trial.plan(an_event("referral.escalation.due.v1", referral_data(uuid4(), NGO)))

    assert send_in_trial(trial, "Minu@NGO.example", "+919800012345") == ["minu@ngo.example"]

    with trial.db.transaction() as session:
        rows = session.scalars(select(DeliveryRow)).all()
        told = session.scalars(select(NoticeRow.account_id)).all()
        sending_days.tally(session, trial.clock.now())
    assert {(row.account_id, row.state, row.attempts) for row in rows} == {
        (WORKER, "trial", 0),
        (MANAGER, "sent", 1),
        (COORDINATOR, "trial", 0),
    }
    assert {WORKER, MANAGER, COORDINATOR} <= set(told), "the list in the app has everything"
    held = next(row for row in rows if row.account_id == WORKER)
    log = trial.client.get("/deliveries", headers=trial.headers(MANAGER)).text
    shown = trial.client.get(f"/deliveries/{held.id}", headers=trial.headers(MANAGER)).text
    assert "Held: trial" in log
    assert "There is a message for you about R-7KQ2-9XTC." in shown
    assert "it was not sent" in shown
    assert "Send again" not in shown
    assert SAYS_SO in log


def test_what_was_held_does_not_leave_when_the_trial_is_over(scene: Scene) -> None:
    submit(scene)
    assert send_in_trial(scene) == []
    recorder = Recorder()
    assert not deliver_once(dependencies(scene, recorder))
    asked = {"since": "2026-11-01T00:00:00+00:00", "reason": "tested"}
    assert scene.client.post("/api/deliveries/replay", json=asked, headers=scene.headers(MANAGER)).status_code < 500
    assert not deliver_once(dependencies(scene, recorder))


def test_an_urgent_message_that_is_held_is_told_to_nobody_instead(scene: Scene) -> None:
    submit(scene, priority="urgent")
    send_in_trial(scene)
    with scene.db.transaction() as session:
        assert [row.account_id for row in session.scalars(select(DeliveryRow))] == [WORKER]


def test_webhooks_leave_for_named_endpoints_alone(trial: Scene) -> None:
    with a_sink() as named, a_sink() as other:
        an_endpoint(trial, named)
        an_endpoint(trial, other)
        submit(trial)
        deliver_all(trial, replace(webhooks.dependencies(trial), test_addresses={named.url}))
        assert (named.came.qsize(), other.came.qsize()) == (1, 0)
    ended = {(row.state, row.error, row.attempts) for row in messages(trial)}
    assert ended == {("taken", None, 1), ("failed", "trial", 0)}


def test_a_webhook_that_was_held_is_not_sent_again_when_the_trial_is_over(scene: Scene) -> None:
    with a_sink() as other:
        an_endpoint(scene, other)
        submit(scene)
        deliver_all(scene, replace(webhooks.dependencies(scene), test_addresses=frozenset()))
        [held] = messages(scene)
        again = f"/api/webhooks/{held.endpoint_id}/messages/{held.id}/resend"
        answer = scene.client.post(again, headers=scene.headers(MANAGER))
        deliver_all(scene, webhooks.dependencies(scene))
        assert (answer.status_code, other.came.qsize()) == (409, 0)


def test_test_addresses_without_a_trial_are_refused_at_start(capsys: pytest.CaptureFixture[str]) -> None:
    for environment in (
        {"SETU_TRIAL_ADDRESSES": "asha@ngo.example"},
        {"SETU_TRIAL": "yes", "SETU_TRIAL_ADDRESSES": "asha"},
    ):
        with pytest.raises(SystemExit):
            load_worker({**WORKER_SETTINGS, **environment})
        assert "SETU_TRIAL_ADDRESSES" in capsys.readouterr().err
    assert digests_of(load_worker(WORKER_SETTINGS)) is None
    assert load(WORKER_SETTINGS).trial is False
