from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from service_kit.db.engine import Database
from support.events import with_effects
from support.fresh_databases import Urls


@pytest.fixture
def urls_with_effects(fresh_database: Callable[[str], Urls]) -> Iterator[Urls]:
    """A database with the tables of what handlers did; they go again, so that the next test need not clone another."""
    urls = with_effects(fresh_database("kit"))
    yield urls
    owner = Database(urls.owner)
    with owner.transaction() as session:
        session.execute(text("DROP TABLE effect, aggregate"))
    owner.dispose()
