"""A clock that leaps ends no message, and holds none up once it is right again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from notification_service.domain.notices import Channel
from notification_service.outside.carrier import Message
from notification_service.store import claims
from notification_service.store.clamped_times import CLAMPED_TIMES
from notification_service.store.tables import DeliveryRow
from notification_service.store.tables_webhooks import EndpointRow
from service_kit.db.clock_notes import keep_noting_time
from support.kit.clock_notes import at_work
from support.notices.sending import Recorder, deliver_once, dependencies, submit
from support.notification import NGO, NOON, Scene, an_event, referral_data
from support.webhooks.endpoints import an_endpoint, deliver_webhook_once, messages
from support.webhooks.endpoints import dependencies as webhook_dependencies
from support.webhooks.sinks import a_sink

HOUR, DAY, YEARS = timedelta(hours=1), timedelta(days=1), timedelta(days=1100)


@pytest.fixture(autouse=True)
def at_work_for_a_day(scene: Scene) -> None:
    at_work(scene.db, NOON - 23 * HOUR, NOON)


def the_worker_notes_the_time(scene: Scene) -> None:
    keep_noting_time(scene.db, scene.clock, lambda: False, clamped=CLAMPED_TIMES)()


def states(scene: Scene) -> list[tuple[str, int]]:
    with scene.db.transaction() as session:
        return sorted((row.state, row.attempts) for row in session.scalars(select(DeliveryRow)))


def waits(scene: Scene) -> Sequence[object]:
    with scene.db.transaction() as session:
        query = select(DeliveryRow.id, DeliveryRow.next_attempt_at, DeliveryRow.lease_until)
        return session.execute(query.order_by(DeliveryRow.id)).all()


def test_what_seems_to_come_too_late_waits_until_the_clock_is_right(scene: Scene) -> None:
    submit(scene)
    recorder = Recorder()

    scene.clock.advance(YEARS)
    assert not deliver_once(dependencies(scene, recorder))
    assert states(scene) == [("waiting", 0)]

    scene.clock.set(NOON + HOUR)
    assert deliver_once(dependencies(scene, recorder))
    assert (states(scene), len(recorder.sent)) == ([("sent", 1)], 1)


def test_a_leap_between_a_claim_and_its_try_ends_no_message(scene: Scene) -> None:
    @dataclass
    class Leaping(Recorder):
        def send(self, mail: Message) -> None:
            super().send(mail)
            scene.clock.advance(YEARS)

    for _ in range(2):
        submit(scene)
    recorder = Leaping()

    deliver_once(dependencies(scene, recorder))

    assert (states(scene), len(recorder.sent)) == ([("sent", 1), ("sent", 1)], 2)


def test_what_was_planned_or_held_while_it_was_ahead_leaves_once_it_is_right(scene: Scene) -> None:
    scene.clock.advance(YEARS)
    for _ in range(2):
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=scene.clock.now()))
    with scene.db.transaction() as session:
        [first, _second] = claims.lock_due(session, now=scene.clock.now()).messages
        claims.claim(session, [first], now=scene.clock.now(), lease=uuid4())  # and its process dies
    scene.clock.set(NOON + HOUR)
    recorder = Recorder()
    assert not deliver_once(dependencies(scene, recorder))

    the_worker_notes_the_time(scene)

    while deliver_once(dependencies(scene, recorder)):
        pass
    assert states(scene) == [("sent", 1), ("sent", 2)]


def test_what_is_planned_for_later_and_what_is_being_sent_is_left_alone(scene: Scene) -> None:
    for _ in range(2):
        submit(scene)
    with scene.db.transaction() as session:
        [first, second] = claims.lock_due(session, now=NOON).messages
        claims.claim(session, [first], now=NOON, lease=uuid4())
        claims.postpone(session, second.id, until=NOON + 2 * DAY)
    before = waits(scene)

    the_worker_notes_the_time(scene)

    assert waits(scene) == before


def test_no_endpoint_is_given_up_for_days_that_never_were_and_its_next_try_comes(scene: Scene) -> None:
    with a_sink() as sink:
        an_endpoint(scene, sink.answering(500, 200), failing_since=NOON)
        scene.clock.advance(YEARS)
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=scene.clock.now()))
        assert deliver_webhook_once(webhook_dependencies(scene))
        with scene.db.transaction() as session:
            assert session.scalars(select(EndpointRow.state)).one() == "enabled"
        scene.clock.set(NOON + HOUR)
        assert not deliver_webhook_once(webhook_dependencies(scene))

        the_worker_notes_the_time(scene)

        assert deliver_webhook_once(webhook_dependencies(scene))
        assert [each.state for each in messages(scene)] == ["taken"]


@pytest.mark.parametrize("leap", [YEARS, -YEARS])
def test_the_days_of_failing_do_not_begin_within_a_leap(scene: Scene, leap: timedelta) -> None:
    with a_sink() as sink:
        an_endpoint(scene, sink.answering(500))
        scene.clock.advance(leap)
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=scene.clock.now()))
        assert deliver_webhook_once(webhook_dependencies(scene))

    with scene.db.transaction() as session:
        assert session.scalars(select(EndpointRow.failing_since)).one() is None


def test_a_channel_with_a_rate_goes_on_a_second_after_the_clock_was_put_right(scene: Scene) -> None:
    recorder = Recorder()
    limited = replace(dependencies(scene, recorder), rates={Channel.MAIL: 1.0})
    scene.clock.advance(YEARS)
    scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=scene.clock.now()))
    assert deliver_once(limited)
    scene.clock.set(NOON)
    submit(scene)
    deliver_once(limited)
    assert len(recorder.sent) == 1

    scene.clock.advance(timedelta(seconds=1))
    deliver_once(limited)

    assert len(recorder.sent) == 2
