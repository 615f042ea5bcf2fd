"""The broker is killed and started again while 200 events a second are on their way.

For `make soak`, which sets SETU_BROKER_KILLS; without it this file is not collected (`conftest.py`).
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.events import (
    effects,
    eventually,
)
from support.faults.private_broker import (
    PrivateBroker,
    private_broker,
)
from support.fresh_databases import Urls
from support.kit.plumbing import Plumbing

PAUSE = 0.05  # seconds between ten events and the next ten: what is published meanwhile has to come through at the end
KILLS = int(os.environ["SETU_BROKER_KILLS"])


@pytest.fixture
def own_broker() -> Iterator[PrivateBroker]:
    with private_broker() as broker:
        yield broker


def test_the_broker_is_killed_under_load(
    two_databases: tuple[Urls, Urls], own_broker: PrivateBroker, tmp_path: Path
) -> None:
    plumbing = Plumbing(*two_databases, own_broker.url_for, tmp_path / "log")
    enough = threading.Event()

    def clients() -> None:
        version = 0
        while not enough.is_set():
            plumbing.commit_versions(subjects=10, versions=1, after=version)
            version += 1
            enough.wait(PAUSE)

    client = threading.Thread(target=clients)
    with plumbing.running("relay", "consumer"):
        client.start()
        for _ in range(KILLS):
            before = len(effects(plumbing.sink))
            eventually(lambda: len(effects(plumbing.sink)) > before + 50, seconds=60)  # noqa: B023  # asked before the loop goes on
            own_broker.kill()
            stored = len(plumbing.journal)
            eventually(lambda: len(plumbing.journal) > stored + 50)  # noqa: B023 (clients notice nothing)
            own_broker.start()
        enough.set()
        client.join()
        plumbing.wait_until_drained()

    plumbing.settled()
