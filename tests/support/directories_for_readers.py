"""A directory that the tests of a module share, because they only read it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from conftest import Keys, environment_of
from directory_service.settings import load
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases
from support.listings import Directory


@contextmanager
def a_directory_for_readers(databases: FreshDatabases, keys: Keys, folder: Path) -> Iterator[Directory]:
    """A directory with its districts, in a database of its own; the caller fills it once."""
    with databases.clone("directory") as urls:
        settings = load(environment_of(keys, folder, urls))
        with closing(Directory(Database(urls.worker), Database(urls.web), settings)) as made:
            made.add_districts()
            yield made
