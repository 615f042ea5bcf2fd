"""Worker process of a service: its loops run in threads, and SIGTERM or SIGINT ends them together.

    run({
        "relay": Relay(db, settings.amqp_url).run,
        "consumer": Consumer(db, settings.amqp_url, "orders_service", HANDLERS).run,
        "clocks": every(5, lambda: run_clocks(db, clock.now())),
        **housekeeping(db, settings, clock),
    }, first=require_trial_flag(db, is_trial=settings.trial), metrics_port=settings.metrics_port)

A loop that raises is logged, counted and started again after a pause; one whose database is away only waits for it,
which is a warning and no failure. `/healthz` on the metrics port turns
to 503 when a loop has not looked at its stop signal for a minute. On a signal each loop finishes the batch
in progress; what is not finished after 20 seconds is left to the transactions and the broker to undo.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from service_kit import metrics
from service_kit.backlog import measure_backlog
from service_kit.backoff import Backoff, should_log
from service_kit.clock import Clock
from service_kit.db import (
    audit_chain,
    audit_checks,
    audit_kept_checkpoints,
    idempotency,
    inbox,
    outbox,
    revocation,
    session_heartbeat,
    throttle,
)
from service_kit.db.clamped_times import OF_THE_KIT, ClampedTime
from service_kit.db.clock_notes import BelievableClock, ClockLeapt, keep_noting_time
from service_kit.db.engine import Database, is_away
from service_kit.db.survivors import Survivor
from service_kit.logs import place_of
from service_kit.settings import KitSettings
from service_kit.survivor_logging import SurvivorLogging

Loop = Callable[[threading.Event], None]

_log = logging.getLogger(__name__)
_SILENT = 60.0  # seconds without a heartbeat that make a loop ill
_LOOK_EVERY = 0.1  # seconds between two looks whether a signal came
_DRAIN = 20.0  # seconds to finish after a signal
_failures = metrics.counter("loop_failures", "Loops that raised and were started again", ["loop"])


class Pulse(threading.Event):
    """A stop signal that notes when it was last looked at: the loop's heartbeat."""

    def __init__(self) -> None:
        super().__init__()
        self.last = time.monotonic()

    def is_set(self) -> bool:
        """Whether to stop."""
        self.last = time.monotonic()
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep until it is set or the time (seconds) is over, in steps that keep the pulse."""
        end = time.monotonic() + timeout if timeout is not None else float("inf")
        while not self.is_set():
            left = end - time.monotonic()
            if left <= 0:
                return False
            super().wait(min(left, _SILENT / 4))
        return True


def run(
    loops: Mapping[str, Loop],
    *,
    first: Callable[[], None] | None = None,
    metrics_port: int | None = None,
    metrics_host: str = "127.0.0.1",
) -> None:
    """Run the loops until SIGTERM or SIGINT; returns when they have finished.

    `first` is done before them, as often as its database is away, and `/healthz` is content meanwhile; what it raises
    otherwise ends the process.
    """
    pulses: Mapping[str, Pulse] = {}  # none is ill before it begins; bound anew below, never changed while it is read
    # no Event: a handler that sets one while this thread is about to wait for it waits for ever
    signals: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        signals.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if metrics_port:
        metrics.serve(metrics_port, host=metrics_host, problems=lambda: silent(pulses))
    if first is not None and not _run_when_available(first, signals):
        return
    pulses = {name: Pulse() for name in loops}
    threads = [
        threading.Thread(target=_keep_running, args=(name, loop, pulses[name]), name=name, daemon=True)
        for name, loop in loops.items()
    ]
    for thread in threads:
        thread.start()
    _log.info("worker started", extra={"loops": list(loops)})
    while not signals:  # a signal that another thread takes, or that comes just before, wakes no sleep
        time.sleep(_LOOK_EVERY)
    _drain(threads, pulses)


def _run_when_available(work: Callable[[], None], signals: Collection[int]) -> bool:
    """Do it as soon as its database is there; False where a signal came before that."""
    failures = 0
    while not signals:
        try:
            work()
        except Exception as error:
            if not is_away(error):
                raise
            failures += 1
            if should_log(failures):
                _log.warning("the worker waits for its database", extra={"error": place_of(error)})
            time.sleep(_LOOK_EVERY * 10)
        else:
            return True
    return False


def every(seconds: float, work: Callable[[], Any]) -> Loop:
    """A loop that does its work, then pauses. One that raises is logged and counted and done again."""

    def loop(stop: threading.Event) -> None:
        while not stop.is_set():
            work()
            stop.wait(seconds)

    return loop


def housekeeping(
    db: Database,
    settings: KitSettings,
    clock: Clock,
    survivors: Sequence[Survivor] = (),
    *,
    session_events: session_heartbeat.SessionEvents,
    clamped: Sequence[ClampedTime] = (),
) -> dict[str, Loop]:
    """The loops that every worker has: audit chain, its checks and the survivor log each second, gauges, pruning.

    Where a folder for it is set, also the audit log's checkpoint, once a day. `clamped`: what the service's work waits
    for, beside the kit's own (`db/clamped_times.py`).
    """
    believable = BelievableClock(db, clock)
    logging_of_survivors = SurvivorLogging(db, settings, clock, survivors)
    loops = {
        "survivors": every(1, logging_of_survivors.run),
        "survivor gauge": every(5, logging_of_survivors.measure),
        "survivor files": every(3600, lambda: logging_of_survivors.forget_old_lines(believable.now())),
        "clock": every(30, keep_noting_time(db, clock, clamped=(*OF_THE_KIT, *clamped))),
        "pruning": every(3600, lambda: prune(db, believable, session_events)),
        "backlog": every(5, lambda: measure_backlog(db, clock)),
    }
    if (key := settings.audit_private_key) is not None:
        loops["audit"] = every(1, lambda: _chain(db, settings.service, key, clock))
        loops["audit checks"] = audit_checks.keep_checking(db, settings.service, key, clock)
        if (folder := settings.audit_checkpoints) is not None:
            loops["audit checkpoints"] = every(60, lambda: publish_checkpoint(db, settings.service, key, folder, clock))
    return loops


def prune(db: Database, clock: Clock, session_events: session_heartbeat.SessionEvents) -> None:
    """Forget what the kit's tables need no longer."""
    now = clock.now()
    with db.transaction() as session:
        outbox.prune(session, now)
        inbox.prune(session, now)
        throttle.prune(session, now)
        revocation.forget_ended(session, now)
        session_heartbeat.forget_heartbeats(session, now, session_events)
        idempotency.prune(session, now)
        audit_checks.forget_old_checks(session, now)


def publish_checkpoint(db: Database, log: str, key: bytes, folder: Path, clock: Clock) -> None:
    """Write the audit log's head into the folder where a day has gone by since the last one. Raises OSError."""
    now = clock.now()
    if audit_kept_checkpoints.is_due(folder, log, now):
        with db.transaction() as session:
            made = audit_kept_checkpoints.make_checkpoint(session, key, log, now)
        audit_kept_checkpoints.write_checkpoint(folder, made)


def silent(pulses: Mapping[str, Pulse]) -> list[str]:
    """The loops that gave no sign of life for a minute, in words."""
    now = time.monotonic()
    return [
        f"{name} gave no sign of life for {now - pulse.last:.0f} s"
        for name, pulse in pulses.items()
        if now - pulse.last > _SILENT
    ]


def _chain(db: Database, log: str, key: bytes, clock: Clock) -> None:
    with db.transaction() as session:
        audit_chain.chain_and_sign(session, private_key=key, log=log, now=clock.now())


def _keep_running(name: str, loop: Loop, pulse: Pulse) -> None:
    backoff, failures = Backoff(first=1, most=30), 0
    while not pulse.is_set():
        started = time.monotonic()
        try:
            loop(pulse)
        except Exception as error:  # noqa: BLE001 (a loop goes on whatever happened; it is logged and counted)
            failures = 1 if time.monotonic() - started > _SILENT else failures + 1
            _tell_of_failure(name, error, failures)
            pulse.wait(backoff.seconds(failures))


def _tell_of_failure(name: str, error: Exception, failures: int) -> None:
    if isinstance(error, ClockLeapt):
        if should_log(failures):
            _log.error("a loop waits, since the clock leapt: %s", error, extra={"loop": name})
    elif not is_away(error):
        _failures.labels(name).inc()
        _log.exception("a loop failed and starts again", extra={"loop": name})
    elif should_log(failures):
        _log.warning("a loop waits for its database", extra={"loop": name, "error": place_of(error)})


def _drain(threads: list[threading.Thread], pulses: Mapping[str, Pulse]) -> None:
    for pulse in pulses.values():
        pulse.set()
    deadline = time.monotonic() + _DRAIN
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    unfinished = [thread.name for thread in threads if thread.is_alive()]
    _log.info("worker stopped", extra={"unfinished": unfinished})
