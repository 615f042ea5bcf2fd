"""Two districts with units, providers and bodies: made once in a process, and as they were made for each test."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from conftest import Keys, environment_of
from directory_service.settings import load
from support.fresh_databases import FreshDatabases, Urls
from support.lasting_services import Connected, LastingService
from support.listings import Directory
from support.pages.lasting_apps import LastingApp
from support.partnership import COMPLETE, Partnership, add_two_districts


@pytest.fixture(scope="session")
def _two_districts(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LastingService[Connected]]:
    def build(urls: Urls) -> Connected:
        connected = Connected.to(urls)
        settings = load(environment_of(keys, tmp_path_factory.mktemp("districts"), urls))
        made = Directory(connected.worker, connected.web, settings)
        made.add_districts()
        add_two_districts(made)
        made.indexer.close()
        return connected

    with closing(LastingService(fresh_databases, "directory", build)) as lasting:
        yield lasting


@pytest.fixture
def directory(_two_districts: LastingService[Connected], settings_env: Callable) -> Iterator[Directory]:
    """In place of the empty one of the tests of other subjects; with files of its own."""
    with _two_districts.lend() as lent:
        settings = load(settings_env("directory", lent.urls))
        made = Directory(lent.worker, lent.web, settings, now=COMPLETE)
        with closing(made.indexer):
            yield made


@pytest.fixture
def partnership(directory: Directory, keys: Keys, lasting_app: LastingApp) -> Partnership:
    """Seen by people of every role."""
    return Partnership(directory, keys, lasting_app.begun)
