from collections.abc import Callable, Iterator

import pytest

from support.fresh_databases import Urls
from support.notification import (
    Scene,
    a_scene,
)


@pytest.fixture
def scene(fresh_database: Callable[[str], Urls], settings_env: Callable[..., dict[str, str]]) -> Iterator[Scene]:
    urls = fresh_database("notification")
    made = a_scene(urls, settings_env("notification", urls))
    yield made
    made.web.dispose()
    made.db.dispose()
