"""What the fault tests of the event plumbing share."""

import os
from collections.abc import Callable

import pytest

from support.events import with_effects
from support.fresh_databases import Urls

IN_A_SOAK = "SETU_BROKER_KILLS" in os.environ
# `make test` kills the broker once, under a whole system: journey/test_sign_out_after_an_outage.py
collect_ignore = [] if IN_A_SOAK else ["test_broker_restarts.py"]


@pytest.fixture
def two_databases(fresh_database: Callable[[str], Urls]) -> tuple[Urls, Urls]:
    """The publishing and the receiving service's."""
    return fresh_database("kit"), with_effects(fresh_database("kit"))
