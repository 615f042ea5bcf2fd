"""Slow clients take nothing away: an honest one beside them is answered, and they are cut."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_stack.slow_clients import DRIPPING_HEADER, KINDS, LONGEST, Kind, measure, measure_all
from support.web_server import (
    Server,
    a_running_server,
)

SECONDS = os.environ.get("SETU_SLOW_SECONDS")  # `make soak` holds each kind for that long
CONNECTIONS = int(os.environ.get("SETU_SLOW_CONNECTIONS", "200"))


PATHS = {"path": "/api/echo", "honest_path": "/healthz"}


def test_slow_clients_of_all_kinds_are_cut_and_an_honest_one_is_answered(tmp_path: Path) -> None:
    with a_running_server(tmp_path) as server:
        found = measure_all(server.port, connections=30, seconds=20, **PATHS)
        lines = server.stop()

    for figures in found:
        assert figures.waits
        assert figures.failed == 0, figures
        # nothing but a gateway cuts a dripping header
        assert (len(figures.cut_after) >= 30) == (figures.kind != DRIPPING_HEADER.name), figures
    assert not [line for line in lines if line["level"] == "ERROR"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """As many processes as are usual."""
    with a_running_server(tmp_path_factory.mktemp("server"), workers=2) as running:
        yield running


@pytest.mark.skipif(SECONDS is None, reason="SETU_SLOW_SECONDS says for how long; `make soak` sets it")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_honest_client_waits_no_longer_beside_hundreds_of_slow_ones(server: Server, kind: Kind) -> None:
    figures = measure(server.port, kind, connections=CONNECTIONS, seconds=float(SECONDS or 0), **PATHS)
    sys.stdout.write(f"{figures}\n")

    assert figures.failed == 0
    assert figures.wait(0.99) <= 100
    assert figures.longest <= LONGEST or kind is DRIPPING_HEADER
