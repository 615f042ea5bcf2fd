"""Messages leave in batches: claimed together, recorded together, and none takes another along."""

from uuid import uuid4

from sqlalchemy import select

from notification_service.domain.retry_schedule import LEASE
from notification_service.outside.carrier import PermanentError, TemporaryError
from notification_service.store import claims
from notification_service.store.tables import AttemptRow, DeliveryRow
from notification_service.use_cases.deliver_due import deliver_due
from support.notices.sending import Recorder, dependencies, submit
from support.notification import NOON, Scene


def test_a_batch_is_recorded_together_and_each_ends_as_its_own_try_ended(scene: Scene) -> None:
    for _ in range(4):
        submit(scene)
    recorder = Recorder(trouble=[PermanentError("address_refused", 550), TemporaryError("try_later", 451)])
    assert deliver_due(dependencies(scene, recorder))
    with scene.db.transaction() as session:
        rows = session.scalars(select(DeliveryRow)).all()
        tries = session.scalars(select(AttemptRow)).all()
    ends = [("failed", "address_refused"), ("sent", None), ("sent", None), ("waiting", "try_later")]
    assert sorted((row.state, row.error) for row in rows) == ends
    assert sorted(one.outcome for one in tries) == ["permanent", "sent", "sent", "temporary"]
    assert {(row.lease, row.attempts) for row in rows} == {(None, 1)}


def test_a_slow_provider_is_handed_one_message_and_the_rest_of_the_batch_goes_back(scene: Scene) -> None:
    for _ in range(3):
        submit(scene)
    recorder = Recorder()
    assert deliver_due(dependencies(scene, recorder), longest=0)
    with scene.db.transaction() as session:
        rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.attempts)).all()
    assert [(row.state, row.attempts, row.lease) for row in rows] == [
        ("waiting", 0, None),
        ("waiting", 0, None),
        ("sent", 1, None),
    ]
    while deliver_due(dependencies(scene, recorder), longest=0):
        pass
    assert len({mail.id for mail in recorder.sent}) == len(recorder.sent) == 3


def test_messages_whose_process_died_are_tried_again_one_by_one(scene: Scene) -> None:
    for _ in range(3):
        submit(scene)
    with scene.db.transaction() as session:
        due = claims.lock_due(session, now=NOON)
        assert len(claims.claim(session, due, now=NOON, lease=uuid4())) == 3
    scene.clock.advance(LEASE)
    submit(scene)
    recorder = Recorder()
    handed_over = []
    while deliver_due(dependencies(scene, recorder)):
        handed_over.append(len(recorder.sent))
    assert handed_over == [1, 2, 3, 4]
