"""Senders of one process: woken by the commit that planned a message, and one of them looks at a time."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from notification_service.outside.carrier import Message
from notification_service.use_cases.deliver_due import keep_delivering
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.wake_senders import Lookout
from support.notices.sending import Recorder, dependencies, submit
from support.notification import Scene

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
def sending(scene: Scene, own: Dependencies) -> Iterator[None]:
    """Four senders and what wakes them, until the block ends."""
    stop, lookout = threading.Event(), Lookout()
    threads = [threading.Thread(target=own.bell.listen, args=(scene.db, stop))]
    threads += [
        threading.Thread(target=keep_delivering, args=(own, stop), kwargs={"lookout": lookout, "pause": PAUSE})
        for _ in range(SENDERS)
    ]
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
        with sending(scene, dependencies(scene, carrier)):
            for _ in range(3):
                submit(scene)
                assert carrier.taken.get(timeout=PATIENCE).to == "asha@ngo.example"
    finally:
        event.remove(scene.db.engine, "before_cursor_execute", note)

    assert len(looks) <= 3 + 3, "one for each message; one at the start, one where listening began, one at the end"
    with scene.db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM delivery WHERE state = 'sent'")) == 3
