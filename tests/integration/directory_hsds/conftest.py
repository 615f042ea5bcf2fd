from collections.abc import Callable, Iterator

import pytest

from conftest import Keys
from support import directories_for_readers
from support.directories_for_readers import a_directory_for_readers
from support.fresh_databases import FreshDatabases
from support.listings import Directory

directory = directories_for_readers.indexed
application_for_readers = directories_for_readers.application_for_readers
reader = directories_for_readers.reader


@pytest.fixture(scope="module")
def stocked(
    request: pytest.FixtureRequest,
    fresh_databases: FreshDatabases,
    keys: Keys,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Directory]:
    """One directory for the tests of a module that only read, filled by the module's `fill`."""
    fill: Callable[[Directory], None] = request.module.fill
    with a_directory_for_readers(fresh_databases, keys, tmp_path_factory.mktemp("stocked")) as made:
        made.index()  # from the beginning, as `directory`
        fill(made)
        yield made
