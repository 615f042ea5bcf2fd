"""Sample pages of the kit, served for a browser."""

from collections.abc import Callable, Iterator

import pytest

from support.fresh_databases import Urls
from support.web_samples import Sample, samples


@pytest.fixture
def sample(fresh_database: Callable[[str], Urls]) -> Iterator[Sample]:
    """A running application, on a database of its own."""
    with samples(fresh_database("kit").web) as running:
        yield running
