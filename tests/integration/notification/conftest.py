from collections.abc import Callable, Iterator

import pytest

from builders_notification import Scene, a_scene
from fresh_databases import Urls


@pytest.fixture
def scene(fresh_database: Callable[[str], Urls], settings_env: Callable[..., dict[str, str]]) -> Iterator[Scene]:
    urls = fresh_database("notification")
    made = a_scene(urls, settings_env("notification", urls))
    yield made
    made.web.dispose()
    made.db.dispose()
