"""One half of the event plumbing as a process of its own, so that a test can kill it.

`main` with relay or consumer as its argument; settings: DATABASE, AMQP (and SETU_FAILPOINT).

The consumer's handler writes each effect down; an event with `raises` in its data makes it raise, one with
`kills` ends the process on the spot.
"""

import os
import signal
import sys

from sqlalchemy.orm import Session

from service_kit import logs, worker
from service_kit.backoff import Backoff
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.relay import Relay
from support.events import (
    CHANGED,
    apply_effect,
)

SOON = Backoff(first=0.02, most=0.05)


def handle(session: Session, event: Event) -> None:
    apply_effect(session, event)
    if event.data.get("raises"):
        raise RuntimeError("this event cannot be handled")
    if event.data.get("kills"):
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    part = sys.argv[1]
    logs.configure("plumbing", part)
    database, amqp_url = Database(os.environ["DATABASE"]), os.environ["AMQP"]
    loops: dict[str, worker.Loop] = {
        "relay": Relay(database, amqp_url, lost=SOON).run,
        "consumer": Consumer(
            database, amqp_url, "referral_service", {CHANGED: handle}, attempts=3, backoff=SOON, lost=SOON
        ).run,
    }
    worker.run({part: loops[part]})
