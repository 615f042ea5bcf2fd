"""Messages leave in batches: claimed together, recorded together, and none takes another along."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.domain.retry_schedule import LEASE
from notification_service.outside.carrier import Message, PermanentError, TemporaryError
from notification_service.store import claims, deliveries
from notification_service.store.tables import AttemptRow, DeliveryRow
from notification_service.use_cases.deliver_due import LONGEST_BATCH
from support.events import eventually, waiting_for_locks
from support.notices.sending import Recorder, deliver_once, dependencies, submit
from support.notification import NOON, Scene


def a_slow_provider() -> Callable[[], float]:
    """A clock by which each call takes longer than a batch may."""
    return count(step=LONGEST_BATCH + 1).__next__


def test_a_batch_is_recorded_together_and_each_ends_as_its_own_try_ended(scene: Scene) -> None:
    for _ in range(4):
        submit(scene)
    recorder = Recorder(trouble=[PermanentError("address_refused", 550), TemporaryError("try_later", 451)])
    assert deliver_once(dependencies(scene, recorder))
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
    assert deliver_once(dependencies(scene, recorder), monotonic=a_slow_provider())
    with scene.db.transaction() as session:
        rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.attempts)).all()
    assert [(row.state, row.attempts, row.lease) for row in rows] == [
        ("waiting", 0, None),
        ("waiting", 0, None),
        ("sent", 1, None),
    ]
    while deliver_once(dependencies(scene, recorder), monotonic=a_slow_provider()):
        pass
    assert len({mail.id for mail in recorder.sent}) == len(recorder.sent) == 3


def test_messages_whose_process_died_are_tried_again_one_by_one(scene: Scene) -> None:
    for _ in range(3):
        submit(scene)
    with scene.db.transaction() as session:
        due = claims.lock_due(session, now=NOON)
        assert len(claims.claim(session, due.messages, now=NOON, lease=uuid4())) == 3
    scene.clock.advance(LEASE)
    submit(scene)
    recorder = Recorder()
    handed_over = []
    while deliver_once(dependencies(scene, recorder)):
        handed_over.append(len(recorder.sent))
    assert handed_over == [1, 2, 3, 4]


@dataclass
class ActsMeanwhile(Recorder):
    """Does something while the first message is with the provider."""

    act: Callable[[], object] = field(default=lambda: None)

    def send(self, mail: Message) -> None:
        super().send(mail)
        if len(self.sent) == 1:
            self.act()


def pressing_last(scene: Scene) -> tuple[tuple[UUID, UUID], tuple[UUID, UUID]]:
    """Two messages, each as (message, referral): the one with the lower id leaves second."""
    referrals = [submit(scene), submit(scene)]
    with scene.db.transaction() as session:
        known = dict(session.execute(select(DeliveryRow.id, DeliveryRow.referral_id)).all())
        low, high = sorted(known)
        session.execute(update(DeliveryRow).where(DeliveryRow.id == low).values(urgent=False))
        session.execute(update(DeliveryRow).where(DeliveryRow.id == high).values(urgent=True))
    assert set(referrals) == set(known.values())
    return (low, known[low]), (high, known[high])


def test_recording_a_batch_and_stopping_its_messages_never_wait_for_each_other(scene: Scene) -> None:
    low, high = pressing_last(scene)

    def lock(session: Session, message: UUID) -> None:
        session.execute(select(DeliveryRow.id).where(DeliveryRow.id == message).with_for_update())

    with scene.db.transaction() as stopping:
        recorder = ActsMeanwhile(act=lambda: lock(stopping, low[0]))
        sender = threading.Thread(
            target=deliver_once, args=(dependencies(scene, recorder),), kwargs={"monotonic": a_slow_provider()}
        )
        sender.start()
        eventually(lambda: len(recorder.sent) == 1 and waiting_for_locks(scene.db) == 1)
        lock(stopping, high[0])
    sender.join(30)

    with scene.db.transaction() as session:
        ends = [session.get_one(DeliveryRow, message).state for message, _ in (low, high)]
    assert ends == ["waiting", "sent"]


def test_what_was_stopped_while_its_batch_was_with_the_provider_counts_no_try(scene: Scene) -> None:
    low, _high = pressing_last(scene)

    def stop() -> None:
        with scene.db.transaction() as session:
            deliveries.stop(session, [low[1]], NOON)

    deliver_once(dependencies(scene, ActsMeanwhile(act=stop)), monotonic=a_slow_provider())

    with scene.db.transaction() as session:
        row = session.get_one(DeliveryRow, low[0])
    assert (row.state, row.attempts, row.lease) == ("stopped", 0, None)


def test_what_goes_back_gives_its_token_of_the_rate_back(scene: Scene) -> None:
    for _ in range(3):
        submit(scene)
    recorder = Recorder()
    limited = replace(dependencies(scene, recorder), rates={Channel.MAIL: 3.0})

    while deliver_once(limited, monotonic=a_slow_provider()):
        pass

    assert len(recorder.sent) == 3, "all within one second of the clock, which stands still"
