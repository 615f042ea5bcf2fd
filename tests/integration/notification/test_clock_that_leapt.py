"""A clock that leaps ends no message, and holds none up once it is right again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from notification_service.store import claims
from notification_service.store.leaps import LONGEST_WAIT, bring_back_leapt
from notification_service.store.tables import DeliveryRow
from notification_service.store.tables_webhooks import EndpointRow
from notification_service.use_cases.deliver_due import deliver_due
from notification_service.use_cases.deliver_webhook import deliver_next_webhook
from service_kit.db.clock_notes import note_time
from support.notices.sending import Recorder, dependencies, submit
from support.notification import NGO, NOON, Scene, an_event, referral_data
from support.webhooks.endpoints import an_endpoint, messages
from support.webhooks.endpoints import dependencies as webhook_dependencies
from support.webhooks.sinks import a_sink

HOUR, YEARS = timedelta(hours=1), timedelta(days=1100)


@pytest.fixture(autouse=True)
def at_work_for_a_day(scene: Scene) -> None:
    for hours in range(24):
        note_time(scene.db, NOON - hours * HOUR, synchronised=False)


def states(scene: Scene) -> list[tuple[str, int]]:
    with scene.db.transaction() as session:
        rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.state)).all()
        return [(row.state, row.attempts) for row in rows]


def test_what_seems_to_come_too_late_waits_until_the_clock_is_right(scene: Scene) -> None:
    submit(scene)
    recorder = Recorder()

    scene.clock.advance(YEARS)
    assert not deliver_due(dependencies(scene, recorder))
    assert states(scene) == [("waiting", 0)]

    scene.clock.set(NOON + HOUR)
    assert deliver_due(dependencies(scene, recorder))
    assert (states(scene), len(recorder.sent)) == ([("sent", 1)], 1)


def test_what_was_planned_or_held_while_it_was_ahead_leaves_once_it_is_right(scene: Scene) -> None:
    scene.clock.advance(YEARS)
    for _ in range(2):
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=scene.clock.now()))
    with scene.db.transaction() as session:
        [first, _second] = claims.lock_due(session, now=scene.clock.now())
        claims.claim(session, [first], now=scene.clock.now(), lease=uuid4())  # and its process dies
    scene.clock.set(NOON + HOUR)
    recorder = Recorder()
    assert not deliver_due(dependencies(scene, recorder))

    with scene.db.transaction() as session:
        assert bring_back_leapt(session, scene.clock.now()) == 2

    while deliver_due(dependencies(scene, recorder)):
        pass
    assert states(scene) == [("sent", 1), ("sent", 2)]


def test_what_is_planned_for_later_and_what_is_being_sent_is_left_alone(scene: Scene) -> None:
    for _ in range(2):
        submit(scene)
    with scene.db.transaction() as session:
        [first, second] = claims.lock_due(session, now=NOON)
        claims.claim(session, [first], now=NOON, lease=uuid4())
        claims.postpone(session, second.id, until=NOON + LONGEST_WAIT)

    with scene.db.transaction() as session:
        assert bring_back_leapt(session, NOON) == 0


def test_no_endpoint_is_given_up_for_days_that_never_were_and_its_next_try_comes(scene: Scene) -> None:
    with a_sink() as sink:
        an_endpoint(scene, sink.answering(500, 200), failing_since=NOON)
        scene.clock.advance(YEARS)
        scene.plan(an_event("referral.submitted.v1", referral_data(uuid4(), NGO), time=scene.clock.now()))
        assert deliver_next_webhook(webhook_dependencies(scene))
        with scene.db.transaction() as session:
            assert session.scalars(select(EndpointRow.state)).one() == "enabled"
        scene.clock.set(NOON + HOUR)
        assert not deliver_next_webhook(webhook_dependencies(scene))

        with scene.db.transaction() as session:
            bring_back_leapt(session, scene.clock.now())

        assert deliver_next_webhook(webhook_dependencies(scene))
        assert [each.state for each in messages(scene)] == ["taken"]
