"""Senders of one process: woken by the commit that planned a message, and one of them looks at a time."""

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from sqlalchemy import event, text

from notification_service.domain.retry_schedule import LEASE
from notification_service.outside.carrier import Message
from notification_service.store.claims import BATCH
from notification_service.use_cases.deliver_due import keep_delivering
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.wake_senders import Lookout
from service_kit.db.engine import Database
from support.notices.sending import Recorder, dependencies, submit
from support.notification import NOON, Scene, claim_one

SENDERS = 4
PATIENCE = 40  # seconds, less than the pause between two looks
PAUSE = 60


class Telling(Recorder):
    """A carrier that tells of each mail as it takes it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: queue.Queue[Message] = queue.Queue()

    def send(self, mail: Message) -> None:
        self.taken.put(mail)


@contextmanager
def sending(
    own: Dependencies, heard_on: Database | None = None, monotonic: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """Four senders until the block ends, and what wakes them where a database is given."""
    stop, lookout = threading.Event(), Lookout()
    how = {"lookout": lookout, "pause": PAUSE, "monotonic": monotonic}
    threads = [threading.Thread(target=keep_delivering, args=(own, stop), kwargs=how) for _ in range(SENDERS)]
    if heard_on is not None:
        threads.append(threading.Thread(target=own.bell.listen, args=(heard_on, stop)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        own.bell.ring()
        for thread in threads:
            thread.join()


def test_a_message_leaves_when_it_is_planned_and_costs_its_process_one_look(scene: Scene) -> None:
    carrier, looks = Telling(), list[str]()

    def note(*given: Any) -> None:
        if "SKIP LOCKED" in given[2]:
            looks.append(given[2])

    event.listen(scene.db.engine, "before_cursor_execute", note)
    try:
        with sending(dependencies(scene, carrier), scene.db):
            for _ in range(3):
                submit(scene)
                assert carrier.taken.get(timeout=PATIENCE).to == "asha@ngo.example"
    finally:
        event.remove(scene.db.engine, "before_cursor_execute", note)

    assert len(looks) <= 3 + 2, "one for each message; one at the start, one where listening began, none at the end"
    with scene.db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM delivery WHERE state = 'sent'")) == 3


def test_a_backlog_of_which_nothing_rings_leaves_without_a_pause(scene: Scene) -> None:
    carrier, backlog = Telling(), 2 * BATCH + 1
    for _ in range(backlog):
        submit(scene)

    with sending(dependencies(scene, carrier)):
        for _ in range(backlog):
            carrier.taken.get(timeout=PATIENCE)


def test_what_a_slow_provider_left_of_a_batch_goes_on_without_a_pause(scene: Scene) -> None:
    carrier, slow = Telling(), itertools.count()  # each look at the clock is two seconds later
    for _ in range(BATCH // 2):
        submit(scene)

    with sending(dependencies(scene, carrier), monotonic=lambda: 2.0 * next(slow)):
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
