"""The clock leaps by three years and is put right: nothing is given up by it, and everything leaves afterwards."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from notification_service.consumers import handlers
from notification_service.domain.notices import Channel
from notification_service.outside.carrier import TemporaryError
from notification_service.store.leapt_moments import MOMENTS
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.deliver_due import deliver_due
from notification_service.use_cases.deliver_webhook import deliver_next_webhook
from service_kit.db.clock_notes import keep_noting_time
from support.kit.clock_notes import at_work
from support.notices.sending import Recorder, dependencies, submit
from support.notification import NGO, NOON, ONLY_MAIL, Scene, an_event, referral_data
from support.webhooks import endpoints as webhooks
from support.webhooks.sinks import a_sink

LEAP = timedelta(days=1095)


@pytest.fixture
def leapt(scene: Scene) -> Scene:
    """A worker was at work for two days, and the clock is three years ahead since."""
    at_work(scene.db, NOON - timedelta(days=2), NOON)
    return scene


def put_right(scene: Scene) -> None:
    scene.clock.set(NOON)
    keep_noting_time(scene.db, scene.clock, lambda: False, moments=MOMENTS)()


def test_mail_is_not_given_up_as_too_late_and_what_waits_for_another_try_leaves(leapt: Scene) -> None:
    submit(leapt)
    recorder = Recorder(trouble=[TemporaryError("try_later", 451)])
    sending = dependencies(leapt, recorder)
    leapt.clock.set(NOON + LEAP)
    assert deliver_due(sending)
    with leapt.db.transaction() as session:
        assert session.scalars(select(DeliveryRow.state)).all() == ["waiting"]

    put_right(leapt)

    assert deliver_due(sending)
    assert len(recorder.sent) == 1


def test_a_channel_with_a_rate_goes_on_a_second_after_the_clock_was_put_right(leapt: Scene) -> None:
    recorder = Recorder()
    limited = replace(dependencies(leapt, recorder), rates={Channel.MAIL: 1.0})
    submit(leapt)
    leapt.clock.set(NOON + LEAP)
    deliver_due(limited)
    leapt.clock.set(NOON)
    submit(leapt)
    deliver_due(limited)
    assert len(recorder.sent) == 1

    leapt.clock.advance(timedelta(seconds=1))
    deliver_due(limited)

    assert len(recorder.sent) == 2


def test_an_endpoint_that_fails_meanwhile_stays_and_takes_what_waited(leapt: Scene) -> None:
    with a_sink() as sink:
        webhooks.an_endpoint(leapt, sink.answering(500, 503, 200), failing_since=NOON - timedelta(minutes=10))
        for _ in range(2):
            hear_of_a_referral(leapt)
        sending = webhooks.dependencies(leapt)
        leapt.clock.set(NOON + LEAP)
        assert deliver_next_webhook(sending)
        leapt.clock.advance(timedelta(minutes=2))  # its lease on the endpoint is over
        assert deliver_next_webhook(sending)
        [endpoint] = webhooks.endpoints(leapt)
        assert (endpoint.state, endpoint.failing_since) == ("enabled", NOON - timedelta(minutes=10))

        put_right(leapt)

        assert deliver_next_webhook(sending)
    assert "taken" in [message.state for message in webhooks.messages(leapt)]


def test_an_endpoint_is_not_failing_since_a_moment_of_the_leap(leapt: Scene) -> None:
    with a_sink() as sink:
        webhooks.an_endpoint(leapt, sink.answering(500))
        hear_of_a_referral(leapt)
        leapt.clock.set(NOON + LEAP)
        assert deliver_next_webhook(webhooks.dependencies(leapt))

    assert webhooks.endpoints(leapt)[0].failing_since is None


def hear_of_a_referral(scene: Scene) -> None:
    event = an_event("referral.submitted.v1", referral_data(uuid4(), NGO))
    heard = handlers(scene.clock, scene.keyring, scene.environment["SETU_MEMBER_BOX_PRIVATE_KEY"], ONLY_MAIL)
    with scene.db.transaction() as session:
        heard[event.type](session, event)
