"""One running system for all tests of this folder, which share one worker of a parallel run."""

from collections.abc import Iterator

import pytest

from local_stack.journal_clients import Clients
from support.faults.whole_system import (
    WholeSystem,
    whole_system,
)


@pytest.fixture(scope="package")
def system() -> Iterator[WholeSystem]:
    with whole_system() as running:
        yield running


@pytest.fixture
def clients(system: WholeSystem) -> Clients:
    return Clients(system, "one at a time")
