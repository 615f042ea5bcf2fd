"""What the fault tests of the event plumbing share."""

from collections.abc import Callable

import pytest

from support.events import with_effects
from support.fresh_databases import Urls


@pytest.fixture
def two_databases(fresh_database: Callable[[str], Urls]) -> tuple[Urls, Urls]:
    """The publishing and the receiving service's."""
    return fresh_database("kit"), with_effects(fresh_database("kit"))
