"""`/api/changes`: every public object once, whole or as gone, and a cursor that misses nothing."""

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.listings.domain.records import Organization
from directory_service.listings.store.change_feed import number_changes
from directory_service.listings.store.tables_changes import KINDS
from directory_service.listings.use_cases.remove_listing import (
    remove_location,
    remove_organization,
    remove_service,
)
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from support.finding import next_of
from support.hsds.changes import (
    Copy,
    entries,
    walked,
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
PLACE = a_place(PROVIDER)
SERVICES = [a_service(PROVIDER, f"Service {number}", places=(PLACE.id,)) for number in range(3)]

WRONG = (
    ("since=abc", 400, "since"),
    ("since=", 400, "since"),
    ("since=%00", 400, "since"),
    (f"since={urlsafe_b64encode(bytes(24)).decode()}", 410, "since"),
    (f"since={urlsafe_b64encode(bytes([255]) * 24).decode()}", 400, "since"),
    ("limit=0", 400, "limit"),
    ("limit=101", 400, "limit"),
    ("type=person", 400, "type"),
    ("deleted=perhaps", 400, "deleted"),
    ("modified_after=2026-01-01", 400, "modified_after"),
    ("modified_after=soon&deleted=true", 400, "modified_after"),
    ("page=2", 400, "page"),
)


def filled(directory: Directory) -> None:
    with directory.worker.transaction() as session:
        write_taxonomies(session)
    directory.save(PROVIDER, PLACE, *SERVICES)


def removed(directory: Directory, remove: Callable[..., bool], each: UUID) -> None:
    with directory.worker.transaction() as session:
        assert remove(session, each, directory.now)
    directory.index()


def keys(found: list[dict[str, Any]]) -> set[tuple[str, str, bool]]:
    return {(entry["type"], entry["id"], entry["deleted"]) for entry in found}


def test_a_copy_made_of_the_feed_is_the_directory(directory: Directory, visitor: FlaskClient) -> None:
    filled(directory)
    copy = Copy(visitor, limit=7).catch_up()
    assert copy.documents == walked(visitor)
    assert {kind for kind, _ in copy.documents} == set(KINDS)

    before = copy.told
    directory.save(replace(SERVICES[0], accepting="closed"))
    copy.catch_up()
    # the service, its row at the place, and nothing of the others: the provider's document says only its name
    assert copy.told - before == 2
    assert copy.documents == walked(visitor)

    removed(directory, remove_service, SERVICES[1].id)
    removed(directory, remove_location, PLACE.id)
    assert copy.catch_up().documents == walked(visitor)
    assert not [key for key in copy.documents if key[0] == "service_at_location"]

    directory.save(replace(PROVIDER, status="suspended"))
    copy.catch_up()
    assert {kind for kind, _ in copy.documents} == {"taxonomy", "taxonomy_term"}
    directory.save(replace(PROVIDER, name="Nodi again"), SERVICES[1])
    assert copy.catch_up().documents == walked(visitor)
    removed(directory, remove_organization, PROVIDER.id)
    assert copy.catch_up().documents == walked(visitor)
    assert Copy(visitor, limit=3).catch_up().documents == copy.documents


def test_an_entry_is_what_its_address_answers(directory: Directory, visitor: FlaskClient) -> None:
    filled(directory)
    for entry in entries(visitor):
        assert visitor.get(entry["url"]).get_json() == entry["document"]
    (one, two) = entries(visitor, type="service,organization", limit=2, minimal="true")
    assert set(one) == set(two) == {"type", "id", "url", "deleted", "changed_at"}

    begun = Copy(visitor).catch_up()
    removed(directory, remove_service, SERVICES[0].id)
    removed(directory, remove_location, PLACE.id)
    gone = entries(visitor, deleted="true", since=begun.since)
    assert {entry["type"] for entry in gone} == {"service", "service_at_location"}
    assert len(gone) == 4
    for entry in gone:
        assert "document" not in entry
        assert visitor.get(entry["url"]).status_code == 410


def test_what_was_never_public_is_not_in_the_feed(directory: Directory, visitor: FlaskClient) -> None:
    police = a_provider("A police unit", kind="police_unit")
    waiting = a_provider("Waiting", status="pending")
    directory.save(police, waiting, a_service(waiting, "Not yet"))
    assert entries(visitor) == []

    removed(directory, remove_organization, police.id)
    removed(directory, remove_organization, waiting.id)
    assert entries(visitor) == []


def test_it_is_read_in_order_with_one_statement_and_next_goes_on(directory: Directory, visitor: FlaskClient) -> None:
    filled(directory)
    with counted(directory.web) as statements:
        answer = visitor.get("/api/changes?limit=2&type=service")
    assert len(statements) == 1
    assert answer.get_json()["last_page"] is False

    rest = visitor.get(next_of(answer))
    seen = [entry["id"] for page in (answer, rest) for entry in page.get_json()["contents"]]
    assert seen == [str(service.id) for service in SERVICES]
    assert (rest.get_json()["last_page"], next_of(rest)) == (True, None)

    head = visitor.get("/api/changes", query_string={"since": rest.get_json()["next"]})
    assert head.get_json() == {**head.get_json(), "empty": True, "size": 0, "contents": []}
    tagged = {"If-None-Match": head.headers["ETag"]}
    assert visitor.get(head.request.url, headers=tagged).status_code == 304
    directory.save(replace(SERVICES[0], accepting="closed"))
    fresh = visitor.get(head.request.url, headers=tagged)
    assert (fresh.status_code, fresh.get_json()["size"]) == (200, 2)


def test_who_polls_lists_by_time_learns_what_went(directory: Directory, visitor: FlaskClient) -> None:
    filled(directory)
    removed(directory, remove_service, SERVICES[0].id)
    (went,) = entries(visitor, deleted="true", type="service")
    after, before = went["changed_at"].replace("Z", "999Z"), went["changed_at"]

    assert keys(entries(visitor, deleted="true", type="service", modified_after=before)) == {
        ("service", str(SERVICES[0].id), True)
    }
    assert entries(visitor, deleted="true", type="service", modified_after=after) == []
    page = visitor.get("/api/services?modified_after=2026-01-01T00:00:00%2B05:30")
    related = [link for link in page.headers["Link"].split(", ") if 'rel="related"' in link]
    assert len(related) == 1
    told = visitor.get(related[0].partition(">")[0][1:])
    assert keys(told.get_json()["contents"]) == {("service", str(SERVICES[0].id), True)}


def test_a_wrong_parameter_is_named(visitor: FlaskClient) -> None:
    for query, status, field in WRONG:
        answer = visitor.get(f"/api/changes?{query}")

        assert answer.status_code == status, query
        assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_a_cursor_of_another_feed_or_of_its_future_is_refused(directory: Directory, visitor: FlaskClient) -> None:
    filled(directory)
    since = Copy(visitor).catch_up().since
    raw = urlsafe_b64decode(since)
    ahead = urlsafe_b64encode(raw[:16] + (10_000).to_bytes(8)).decode()
    assert visitor.get(f"/api/changes?since={ahead}").status_code == 410

    with directory.worker.transaction() as session:  # as after a restored backup
        session.execute(text("UPDATE change_feed SET id = :new"), {"new": uuid4()})
    answer = visitor.get(f"/api/changes?since={since}")
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (410, "since")
    assert Copy(visitor).catch_up().documents == walked(visitor)


def test_a_reader_who_polls_while_many_write_misses_nothing(directory: Directory, visitor: FlaskClient) -> None:
    """Transactions that commit in another order than they began, a numberer, and a reader with small pages."""
    providers = [a_provider(f"Provider {number}") for number in range(2)]
    directory.save(*providers, indexed=False)
    copy, done = Copy(visitor, limit=3), threading.Event()

    def write(owner: Organization) -> None:
        for turn in range(9):
            name = f"{owner.name} {turn % 4}"
            with directory.worker.transaction() as slow:
                term = an_id(f"{turn} {name}")
                words = {"id": term, "name": str(term), "document": json.dumps({"id": str(term)}).encode()}
                slow.execute(text("INSERT INTO taxonomy VALUES (:id, :name, :document)"), words)
                if turn % 5 == 4:
                    with directory.worker.transaction() as session:
                        remove_service(session, a_service(owner, name).id, directory.now)
                else:
                    directory.save(a_service(owner, name, description=f"Turn {turn}"), indexed=False)

    def number() -> None:
        while not done.is_set():
            with directory.worker.transaction() as session:
                number_changes(session)

    with ThreadPoolExecutor() as pool:
        numbering = pool.submit(number)
        writing = [pool.submit(write, owner) for owner in providers]
        while not all(each.done() for each in writing):
            copy.page()
        done.set()
        for each in (numbering, *writing):
            each.result()
    directory.index()

    assert copy.catch_up().documents == walked(visitor)
    assert len(copy.documents) == 2 + 18 + 2 * 4
