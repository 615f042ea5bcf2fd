"""Broker frozen: readiness says nothing of the events that wait, and a session that is ended now is ended everywhere.

The other two services are told that their last heartbeat is old, so as not to wait for that. The stack's own broker is
stopped by its process id (SIGSTOP) and goes on afterwards, whatever happens.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from attack.report import Report, Severity
from attack.store_ids import query
from attack.target import Target, snapshot, wait_for

_FROZEN_FOR = 34  # seconds: longer than the age at which an outbox counts as late
_PATHS = ("/readyz", "/healthz")
_OWN = {"referral": "/api/referrals", "notification": "/api/notices"}
_ASKED = 12  # requests on connections of their own, so that each web process answers some
_MAKE_LATE = "update session_heartbeat set as_of = now() - interval '10 minutes' returning 1"


def play(target: Target, report: Report) -> None:
    """Ask before, while nothing happens, and after a withdrawal that only the person knows of."""
    sent = target.send_referral()
    for event in ("open", "accept"):
        target.act("case_worker", sent["id"], event, {}).raise_for_status()
    ending = target.sign_in("officer_other")
    with _frozen_broker(target) as found:
        if not report.check(found, Severity.LOW, "not played: the stack has no broker of its own"):
            return
        wait_for(lambda: False, 3)
        quiet = _answers(target)
        with target.anonymous("referral") as client:
            client.post("/api/withdrawals", json={"code": sent["card_code"]}).raise_for_status()
        _end_session(target, report, ending)
        for second in range(_FROZEN_FOR):
            now = _answers(target)
            for path, answer in now.items():
                words = f"{path} tells of a hidden act within {second + 1} s while the broker is away"
                report.check(
                    answer == quiet[path], Severity.MEDIUM, words, "SIGSTOP the broker, withdraw by code, poll"
                )
            wait_for(lambda: False, 1)
        words = f"a session that was ended at the directory {_FROZEN_FOR} s ago lives on while the broker is away"
        report.check(
            _own_answers(target, ending) == {401},
            Severity.HIGH,
            words,
            "SIGSTOP the broker, let the heartbeats be old, DELETE /api/session, GET /api/referrals and /api/notices",
        )


def _end_session(target: Target, report: Report, token: str) -> None:
    for service in _OWN:
        query(target, service, _MAKE_LATE)
    stands = _own_answers(target, token) == {200}
    report.check(stands, Severity.LOW, "a session that stands is refused while heartbeats are late")
    with target.anonymous("directory") as client:
        client.delete("/api/session", headers={"Authorization": f"Bearer {token}"}).raise_for_status()


def _own_answers(target: Target, token: str) -> set[int]:
    """The status codes of what the token's holder asks of the other two services."""
    headers = {"Authorization": f"Bearer {token}"}
    return {
        httpx.get(target.url(service, path), headers=headers, timeout=30, trust_env=False).status_code
        for service, path in _OWN.items()
        for _ in range(_ASKED)
    }


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
