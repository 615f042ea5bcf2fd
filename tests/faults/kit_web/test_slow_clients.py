"""Slow clients take nothing away: an honest one beside them is answered, and they are cut."""

import os
import sys
from pathlib import Path

from local_stack.slow_clients import DRIPPING_HEADER, KINDS, LONGEST, Figures, measure, measure_all
from support.web_server import (
    Server,
    a_running_server,
)

SECONDS = os.environ.get("SETU_SLOW_SECONDS")  # `make soak` holds each kind for that long, one after the other
CONNECTIONS = int(os.environ.get("SETU_SLOW_CONNECTIONS", "30"))  # of each kind
PAUSE = 0.1  # seconds between two honest requests of all kinds together: some hundreds until all are cut
PATHS = {"path": "/api/echo", "honest_path": "/healthz"}


def hold_slow_connections(server: Server) -> list[Figures]:
    """All kinds beside one another until they are cut, on a busy machine, too; in a soak each kind alone."""
    if SECONDS is None:
        return measure_all(server.port, connections=CONNECTIONS, seconds=2 * LONGEST, pause=PAUSE, **PATHS)
    held = {"connections": CONNECTIONS, "seconds": float(SECONDS)}
    return [measure(server.port, kind, **held, **PATHS) for kind in KINDS]


def test_slow_clients_of_all_kinds_are_cut_and_an_honest_one_is_answered(tmp_path: Path) -> None:
    with a_running_server(tmp_path, workers=1 if SECONDS is None else 2) as server:
        found = hold_slow_connections(server)
        lines = server.stop()

    for figures in found:
        sys.stdout.write(f"{figures}\n")
        assert figures.waits
        assert figures.failed == 0, figures
        # nothing but a gateway cuts a dripping header
        is_cut = figures.kind != DRIPPING_HEADER.name
        assert (len(figures.cut_after) >= CONNECTIONS) == is_cut, figures
        if SECONDS is not None:  # beside nothing else, so what an honest client waits is the server's alone
            assert figures.wait(0.99) <= 100, figures
            assert figures.longest <= LONGEST or not is_cut, figures
    assert not [line for line in lines if line["level"] == "ERROR"]
