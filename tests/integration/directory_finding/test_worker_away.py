"""While the worker is away the index knows less than the database, and nothing that was hidden since is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.finding.use_cases.public_snapshot import MOST_HIDDEN
from directory_service.listings.use_cases.remove_listing import remove_service
from service_kit.clock import FrozenClock
from support.finding import (
    find,
    names,
)
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
    an_id,
    counted,
)

PROVIDER = a_provider()
OTHER = a_place(PROVIDER, id=an_id("other"), latitude=22.6, longitude=88.4)
HOUSE = a_place(
    PROVIDER, name="ZqName", address_1="1 ZqStreet", postal_code="743999", latitude=22.519191, longitude=88.357373
)
SECRET = ("ZqName", "ZqStreet", "743999", "22.519191", "88.357373")
SHELTER = a_service(PROVIDER, "Shelter", places=(HOUSE.id,), needs=("SHELTER",))
CLINIC = a_service(PROVIDER, "Clinic", places=(OTHER.id,))
LISTS = (
    "/api/services?full=true",
    "/api/services?format=ndjson&full=true",
    "/api/services?near=22.519191,88.357373&full=true&facets=needs",
    "/api/services?near=22.519191,88.357373&sort=name&full=true",
    "/api/services?search=shelter&full=true&facets=needs",
    "/api/services?sort=best&full=true",
    "/?place=743999",
    "/?district=315",
    "/sitemap.xml",
    "/sitemaps/1-1.xml",
)


@pytest.fixture
def hidden(directory: Directory, visitor: FlaskClient, clock: FrozenClock) -> Directory:
    """A directory whose shelter turned confidential after the worker had gone."""
    directory.save(PROVIDER, OTHER, HOUSE, SHELTER, CLINIC)
    assert set(names(visitor)) == {"Shelter", "Clinic"}
    clock.advance(timedelta(seconds=10))
    directory.save(replace(HOUSE, confidential=True), indexed=False)
    return directory


@pytest.mark.usefixtures("hidden")
def test_an_address_that_turned_confidential_is_in_no_list(visitor: FlaskClient) -> None:
    for path in LISTS:
        answer = visitor.get(path, buffered=True)

        assert answer.status_code == 200, path
        assert not [word for word in SECRET if word in answer.text and word not in path], path
        assert str(SHELTER.id) not in answer.text, path
    assert names(visitor) == ["Clinic"]
    assert find(visitor, facets="needs").get_json()["total_items"] == 1
    assert "Shelter" not in names(visitor, near="743999", radius=100)


def test_the_tag_of_a_list_is_another_one_and_no_cached_answer_is_given(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    directory.save(PROVIDER, HOUSE, SHELTER)
    before = visitor.get("/api/services?full=true")
    assert "ZqStreet" in before.text
    tag = {"If-None-Match": before.headers["ETag"]}
    assert visitor.get("/api/services?full=true", headers=tag).status_code == 304

    clock.advance(timedelta(seconds=10))
    assert visitor.get("/api/services?full=true", headers=tag).status_code == 304
    directory.save(replace(HOUSE, confidential=True), indexed=False)

    after = visitor.get("/api/services?full=true", headers=tag)
    assert (after.status_code, after.get_json()["contents"]) == (200, [])


def test_it_is_found_again_when_the_worker_is_back(hidden: Directory, visitor: FlaskClient) -> None:
    hidden.index()

    assert set(names(visitor)) == {"Shelter", "Clinic"}
    assert "ZqStreet" not in visitor.get("/api/services?full=true").text


def test_what_was_taken_out_meanwhile_is_gone(directory: Directory, visitor: FlaskClient, clock: FrozenClock) -> None:
    directory.save(PROVIDER, CLINIC, SHELTER)
    clock.advance(timedelta(seconds=10))
    with directory.worker.transaction() as session:
        remove_service(session, SHELTER.id, directory.now)

    assert names(visitor) == ["Clinic"]


def test_a_list_asks_the_database_only_while_the_worker_is_away(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    directory.save(PROVIDER, CLINIC)
    with counted(directory.web) as statements:
        find(visitor, per_page=7)
        assert statements == []
        clock.advance(timedelta(seconds=10))
        find(visitor, per_page=8)
        assert len(statements) == 2


def test_a_clock_that_was_set_back_does_not_make_an_old_index_a_new_one(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    directory.save(PROVIDER, HOUSE, SHELTER)
    clock.advance(timedelta(hours=-1))
    directory.save(replace(HOUSE, confidential=True), indexed=False)

    assert names(visitor) == []
    assert "ZqStreet" not in visitor.get(f"/api/services/{SHELTER.id}").text


def test_an_index_that_is_too_far_behind_gives_no_list(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    directory.save(PROVIDER, CLINIC)
    clock.advance(timedelta(seconds=10))
    many = "INSERT INTO change (kind, object_id) SELECT 'service', gen_random_uuid() FROM generate_series(0, :most)"
    with directory.worker.transaction() as session:
        session.execute(text(many), {"most": MOST_HIDDEN})

    answer = visitor.get("/api/services")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
