"""The worker as a process of its own, on a real broker, database and mail server; killed between sending and recording.

Promise: never a lost mail, at most one repeated one for a death, and the repeated one carries the same Message-ID; and
so for webhooks and their `webhook-id`.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from notification_service.use_cases.deliver_due import SENT_NOT_RECORDED
from notification_service.use_cases.deliver_webhook import WEBHOOK_SENT_NOT_RECORDED
from service_kit.clock import SystemClock
from service_kit.envelope import CONTENT_TYPE, Event, exchange_of
from service_kit.messaging.rabbitmq import Outcome, Outgoing, Publisher
from support.events import eventually
from support.fresh_brokers import Broker
from support.fresh_databases import Urls
from support.kit.forked import end_of, start_forked
from support.notices.sms import APP, sms_gateway
from support.notification import (
    NGO,
    WORKER,
    Scene,
    a_scene,
    add_member,
    an_event,
    referral_data,
)
from support.notification_smtp import (
    SmtpServer,
    smtp_server,
)
from support.webhooks.endpoints import an_endpoint, messages
from support.webhooks.sinks import a_sink

PROGRAM = "notification_service.worker"
PATIENCE = 120  # seconds until a test gives up waiting for something that has to happen


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@pytest.fixture
def scene(fresh_database: Callable[[str], Urls], settings_env: Callable[..., dict[str, str]]) -> Iterator[Scene]:
    urls = fresh_database("notification")
    made = a_scene(urls, settings_env("notification", urls))
    yield made
    made.web.dispose()
    made.db.dispose()


@pytest.fixture
def environment(
    scene: Scene, broker: Broker, server: SmtpServer, settings_env: Callable[..., dict[str, str]]
) -> dict[str, str]:
    mail = {"SETU_SMTP_URL": server.url, "SETU_MAIL_FROM": "setu@mail.example"}
    own = settings_env(
        "notification", scene.urls, process="worker", SETU_AMQP_URL=broker.url_for("notification"), **mail
    )
    return {**os.environ, **own}


@contextmanager
def worker(environment: dict[str, str], *, output: Path | str = os.devnull, **more: str) -> Iterator[BaseProcess]:
    own = {**environment, **more}
    process = start_forked(f"{PROGRAM}:main", environment=own, output=output)
    try:
        yield process
    finally:
        process.terminate()
        end_of(process, PATIENCE)


def publish(broker: Broker, event: Event) -> None:
    publisher = Publisher(broker.url_for("referral"), content_type=CONTENT_TYPE)
    message = Outgoing(str(event.id), exchange_of(event.type), event.type, event.to_bytes())
    assert publisher.publish([message]) == {str(event.id): Outcome.CONFIRMED}
    publisher.close()


def states(scene: Scene) -> list[tuple[str, int]]:
    with scene.db.transaction() as session:
        return [(row.state, row.attempts) for row in session.execute(text("SELECT state, attempts FROM delivery"))]


def let_the_lease_run_out(scene: Scene) -> None:
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET lease_until = now() WHERE lease IS NOT NULL"))


def test_an_event_on_the_broker_becomes_a_mail(
    scene: Scene, broker: Broker, server: SmtpServer, environment: dict[str, str]
) -> None:
    with worker(environment):
        for _ in range(3):  # the broker delivers at least once
            publish(
                broker,
                event := an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=SystemClock().now()),
            )
            publish(broker, event)
            assert server.arrived.get(timeout=PATIENCE)["Subject"] == "R-7KQ2-9XTC"
    assert server.arrived.empty()
    assert states(scene) == [("sent", 1)] * 3


@pytest.mark.parametrize("channel", ["mail", "sms"])
def test_killed_between_sending_and_recording_none_is_lost_and_what_is_repeated_is_the_same_once_more(
    scene: Scene, broker: Broker, server: SmtpServer, environment: dict[str, str], tmp_path: Path, channel: str
) -> None:
    sent, killed_after = 6, 3
    if channel == "sms":
        with scene.db.transaction() as session:
            add_member(session, scene.keyring, WORKER, NGO, "case_worker", None, version=9, phone="+919800012301")
    with sms_gateway(tmp_path) as gateway:
        own = {**environment, "SETU_SMS": str(gateway.file), "SETU_NOTIFICATION_URL": APP}

        def arrived() -> list[tuple[str, bytes]]:
            if channel == "mail":
                return [(str(one["Message-ID"]), one.as_bytes()) for one in list(server.taken)]
            return [(one["client_id"], one["message"].encode()) for one in list(gateway.gateway.messages)]

        for _ in range(sent):
            publish(broker, an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=SystemClock().now()))
        with worker(own, SETU_FAILPOINT=f"{SENT_NOT_RECORDED}:{killed_after}") as process:
            assert end_of(process, PATIENCE) == -signal.SIGKILL
        before = arrived()
        let_the_lease_run_out(scene)
        with worker(own):
            eventually(lambda: [state for state, _ in states(scene)] == ["sent"] * sent, seconds=PATIENCE)
    again = [one for one in arrived()[len(before) :] if one in before]
    assert len(before) >= killed_after
    assert len({message for message, _ in arrived()}) == sent
    assert len(set(arrived())) == sent, "what is repeated is the same, byte by byte"
    assert len(again) == len(arrived()) - sent >= 1
    assert max(Counter(arrived()).values()) == 2
    assert max(attempts for _, attempts in states(scene)) == 2


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(
    scene: Scene, broker: Broker, server: SmtpServer, environment: dict[str, str]
) -> None:
    publish(broker, an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=SystemClock().now()))
    with worker(environment) as process:
        server.arrived.get(timeout=PATIENCE)
        process.terminate()
        assert end_of(process, PATIENCE) == 0
    assert states(scene) == [("sent", 1)]


def test_a_mail_server_that_is_down_costs_a_try_and_no_mail(
    scene: Scene, broker: Broker, server: SmtpServer, environment: dict[str, str], tmp_path: Path
) -> None:
    nowhere, output = "smtp://127.0.0.1:1", tmp_path / "output"
    publish(broker, an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=SystemClock().now()))
    with worker(environment, output=output, SETU_SMTP_URL=nowhere, SETU_LOG_LEVEL="INFO"):
        eventually(lambda: output.exists() and "message not taken" in output.read_text(), seconds=PATIENCE)
    assert states(scene) == [("waiting", 1)]
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET next_attempt_at = now()"))
    with worker(environment):
        server.arrived.get(timeout=PATIENCE)
    assert states(scene) == [("sent", 2)]


def test_killed_between_sending_and_recording_a_webhook_is_repeated_under_the_same_id_and_none_is_lost(
    scene: Scene, broker: Broker, environment: dict[str, str]
) -> None:
    sent = 5
    with a_sink() as sink:
        an_endpoint(scene, sink)
        for _ in range(sent):
            publish(broker, an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=SystemClock().now()))
        own = {**environment, "SETU_WEBHOOK_PRIVATE_HOSTS": "http://127.0.0.1:*"}
        with worker(own, SETU_FAILPOINT=f"{WEBHOOK_SENT_NOT_RECORDED}:3") as process:
            before = [sink.came.get(timeout=PATIENCE) for _ in range(3)]
            assert end_of(process, PATIENCE) == -signal.SIGKILL
        assert sorted(row.state for row in messages(scene))[:2] == ["sending", "taken"]
        with scene.db.transaction() as session:
            session.execute(text("UPDATE webhook_message SET lease_until = now() WHERE lease IS NOT NULL"))
            session.execute(text("UPDATE webhook_endpoint SET paused_until = now()"))
        with worker(own):
            after = [sink.came.get(timeout=PATIENCE) for _ in range(3)]
            eventually(lambda: all(row.state == "taken" for row in messages(scene)), seconds=PATIENCE)
    arrived = [each.headers["webhook-id"] for each in (*before, *after)]
    assert sink.came.empty()
    assert (len(arrived), len(set(arrived))) == (sent + 1, sent)
    assert before[2].body == next(each.body for each in after if each.headers["webhook-id"] == arrived[2])
