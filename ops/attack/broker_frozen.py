"""Broker frozen: what anybody may ask of readiness says nothing while events wait, hidden acts among them.

The stack's own broker is stopped by its process id (SIGSTOP) and goes on afterwards, whatever happens.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from attack.report import Report, Severity
from attack.target import Target, snapshot, wait_for

_FROZEN_FOR = 34  # seconds: longer than the age at which an outbox counts as late
_PATHS = ("/readyz", "/healthz")


def play(target: Target, report: Report) -> None:
    """Ask before, while nothing happens, and after a withdrawal that only the person knows of."""
    sent = target.send_referral()
    for event in ("open", "accept"):
        target.act("case_worker", sent["id"], event, {}).raise_for_status()
    with _frozen_broker(target) as found:
        if not report.check(found, Severity.LOW, "not played: the stack has no broker of its own"):
            return
        wait_for(lambda: False, 3)
        quiet = _answers(target)
        with target.anonymous("referral") as client:
            client.post("/api/withdrawals", json={"code": sent["card_code"]}).raise_for_status()
        for second in range(_FROZEN_FOR):
            now = _answers(target)
            for path, answer in now.items():
                words = f"{path} tells of a hidden act within {second + 1} s while the broker is away"
                report.check(
                    answer == quiet[path], Severity.MEDIUM, words, "SIGSTOP the broker, withdraw by code, poll"
                )
            wait_for(lambda: False, 1)


def _answers(target: Target) -> dict[str, object]:
    found: dict[str, object] = {}
    for service in ("directory", "referral", "notification"):
        with target.anonymous(service) as client:
            found |= {f"{service} {path}": snapshot(client.get(path)) for path in _PATHS}
    return found


@contextmanager
def _frozen_broker(target: Target) -> Iterator[bool]:
    brokers = [process for process in target.stack.running() if process.name.lower() == "rabbitmq"]
    for process in brokers:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield bool(brokers)
    finally:
        for process in brokers:
            os.kill(process.pid, signal.SIGCONT)
