"""Sample pages of the kit, served for a browser."""

from collections.abc import Iterator

import pytest

from support.fresh_databases import FreshDatabases
from support.web_samples import Sample, samples


@pytest.fixture(scope="module")
def _running(fresh_databases: FreshDatabases) -> Iterator[Sample]:
    with fresh_databases.clone("kit") as urls, samples(urls.web) as running:
        yield running


@pytest.fixture
def sample(_running: Sample) -> Sample:
    """A running application, which tests of a file share: none writes anything, and what it was told is forgotten."""
    _running.begin_anew()
    return _running
