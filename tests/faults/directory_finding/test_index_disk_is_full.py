"""The disk of the search index is full: searching goes on with what it has, and it catches up once there is room."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from directory_service.app import create_app
from directory_service.settings import load
from service_kit.db.engine import Database
from support.faults.small_disk import fill, small_disk
from support.fresh_databases import Urls
from support.listings import Directory, a_provider, a_service

PROVIDER = a_provider()


@pytest.fixture
def directory(
    fresh_database: Callable[[str], Urls], settings_env: Callable[..., dict[str, str]]
) -> Iterator[Directory]:
    urls = fresh_database("directory")
    settings = load(settings_env("directory", urls))
    with small_disk(settings.index_dir, 2):
        made = Directory(Database(urls.worker), Database(urls.web), settings)
        with closing(made):
            made.add_districts()
            yield made


def test_while_its_disk_is_full_the_index_answers_as_before_and_then_catches_up(directory: Directory) -> None:
    directory.save(PROVIDER, a_service(PROVIDER, "Before"))
    visitor = create_app(directory.settings, clock=directory.clock, db=directory.web).test_client()

    def names() -> set[str]:
        return {service["name"] for service in visitor.get("/api/services").json["contents"]}

    filling = fill(directory.settings.index_dir)
    directory.save(*(a_service(PROVIDER, f"After {number}") for number in range(20)), indexed=False)
    with pytest.raises(Exception, match=r"(?i)no space left"):
        directory.index()
    assert names() == {"Before"}

    filling.unlink()
    directory.index()
    assert len(names()) == 21
