"""Senders of one process: woken by the commit that planned a message, and one of them looks at a time."""

import itertools
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text

from notification_service.domain.notices import Channel
from notification_service.domain.retry_schedule import LEASE
from notification_service.outside.carrier import Message
from notification_service.store.claims import BATCH
from notification_service.use_cases.deliver_due import deliver_due
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.poll_lock import PollLock
from notification_service.use_cases.wake_senders import wake_senders
from notification_service.worker import SENDERS, senders
from service_kit.db.engine import Database
from support.notices.sending import Recorder, dependencies, running, submit
from support.notification import NOON, Scene, claim_one

PATIENCE = 40  # seconds, less than the pause between two polls
PAUSE = 60


class Telling(Recorder):
    """A carrier that tells of each mail as it takes it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: queue.Queue[Message] = queue.Queue()

    def send(self, mail: Message) -> None:
        self.taken.put(mail)


@contextmanager
def sending(own: Dependencies, heard_on: Database | None = None) -> Iterator[None]:
    """The worker's senders until the block ends, and what wakes them where a database is given."""
    poll_locks = {channel: PollLock(PAUSE) for channel in own.carriers}
    loops = [*senders(own, poll_locks).values()]
    if heard_on is not None:
        loops.append(partial(wake_senders, heard_on, poll_locks.values()))
    with running(loops, *poll_locks.values()):
        yield


@pytest.mark.parametrize("channels", [[Channel.MAIL], [Channel.MAIL, Channel.SMS]])
def test_a_message_leaves_when_it_is_planned_and_costs_its_process_one_poll_a_channel(
    scene: Scene, channels: list[Channel]
) -> None:
    carrier, polls = Telling(), list[str]()

    def note(*given: Any) -> None:
        if "SKIP LOCKED" in given[2]:
            polls.append(given[2])

    event.listen(scene.db.engine, "before_cursor_execute", note)
    try:
        with sending(replace(dependencies(scene, carrier), carriers=dict.fromkeys(channels, carrier)), scene.db):
            for _ in range(3):
                submit(scene)
                assert carrier.taken.get(timeout=PATIENCE).to == "asha@ngo.example"
    finally:
        event.remove(scene.db.engine, "before_cursor_execute", note)

    assert len(polls) <= (3 + 2) * len(channels), "one for each message, one at the start, one where listening began"
    with scene.db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM delivery WHERE state = 'sent'")) == 3


def test_a_backlog_of_which_nothing_tells_leaves_without_a_pause(scene: Scene) -> None:
    carrier, backlog = Telling(), 2 * BATCH + 1
    for _ in range(backlog):
        submit(scene)

    with sending(dependencies(scene, carrier)):
        for _ in range(backlog):
            carrier.taken.get(timeout=PATIENCE)


def test_what_a_slow_provider_left_of_a_batch_goes_on_without_a_pause(scene: Scene) -> None:
    carrier, slow = Telling(), itertools.count()  # each look at the clock is two seconds later
    own, poll_lock = dependencies(scene, carrier), PollLock(PAUSE)
    for _ in range(BATCH // 2):
        submit(scene)

    def deliver(stop: threading.Event) -> None:
        while not stop.is_set():
            deliver_due(own, tuple(Channel), poll_lock=poll_lock, stop=stop, monotonic=lambda: 2.0 * next(slow))

    with running([deliver] * SENDERS, poll_lock):
        for _ in range(BATCH // 2):
            carrier.taken.get(timeout=PATIENCE)


def test_what_a_dead_process_left_behind_other_messages_goes_on_without_a_pause(scene: Scene) -> None:
    carrier = Telling()
    for _ in range(2):
        submit(scene)
        with scene.db.transaction() as session:
            assert claim_one(session, now=NOON, lease=uuid4())
    scene.clock.advance(LEASE)
    submit(scene)
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET urgent = (lease IS NULL)"))

    with sending(dependencies(scene, carrier)):
        for _ in range(3):
            carrier.taken.get(timeout=PATIENCE)
