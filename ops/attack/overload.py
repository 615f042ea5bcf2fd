"""Slow clients: connections that are silent, dripping or not read to the end take nothing from an honest client.

The kinds of `local_stack.slow_clients`, side by side, and clients that ask for much and read nothing.
"""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx

from attack.raw_http import request
from attack.report import Report, Severity
from attack.target import LOOPBACK, Target
from local_stack.slow_clients import DRIPPING_HEADER, LONGEST, measure_all

_CONNECTIONS, _SECONDS = 20, 20  # of each of the kinds
_READERS = 40
_LONGEST_WAIT = 1000  # milliseconds: all kinds at once, beside whatever else this machine does
_PATHS = {"directory": "/api/session", "referral": "/api/withdrawals", "notification": "/api/notices/read-all"}


def play(target: Target, report: Report) -> None:
    """The three services at once, then slow reads of the directory."""
    with ThreadPoolExecutor(3) as pool:
        for _ in pool.map(lambda service: _hold(target, report, service), _PATHS):
            pass
    _read_slowly(target, report)


def _hold(target: Target, report: Report, service: str) -> None:
    port = target.stack.layout.web_port(service)
    for figures in measure_all(
        port, connections=_CONNECTIONS, seconds=_SECONDS, path=_PATHS[service], honest_path="/healthz"
    ):
        report.note(f"{service} {figures}")
        report.check(not figures.failed, Severity.HIGH, f"{service}: {figures}")
        report.check(figures.wait(0.99) <= _LONGEST_WAIT, Severity.MEDIUM, f"{service}: {figures}")
        if figures.kind != DRIPPING_HEADER.name:  # only the gateway cuts it (docs/operations.md)
            report.check(figures.longest <= LONGEST, Severity.MEDIUM, f"{service}: {figures}")


def _read_slowly(target: Target, report: Report) -> None:
    port = target.stack.layout.web_port("directory")
    asked = request("GET", "/api/services", b"Accept: application/x-ndjson\r\n") * 20
    with ExitStack() as held:
        for _ in range(_READERS):
            connection = held.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            connection.settimeout(5)
            connection.connect((LOOPBACK, port))
            connection.sendall(asked)
        waits = [_wait(target) for _ in range(50)]
    waits.sort()
    report.note(f"slow reads: {_READERS} held, honest p50 {waits[25]:.0f} ms, longest {waits[-1]:.0f} ms")
    report.check(waits[-2] < _LONGEST_WAIT, Severity.MEDIUM, f"slow reads: an honest client waits {waits[-2]:.0f} ms")


def _wait(target: Target) -> float:
    began = time.monotonic()
    httpx.get(target.url("directory", "/api/services?per_page=1"), timeout=30, trust_env=False).raise_for_status()
    return 1000 * (time.monotonic() - began)
