"""Whoever follows `next` through a list from the database gets each entry once, whatever is taken out meanwhile."""

from typing import Any

from flask.testing import FlaskClient

from directory_service.listings.use_cases.remove_listing import remove_organization
from support.finding import next_of
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
    an_id,
)

PROVIDERS = [a_provider(f"Provider {number}") for number in range(9)]
PLACES = [a_place(each, id=an_id(each.name)) for each in PROVIDERS]
SERVICES = [a_service(each, each.name, places=(place.id,)) for each, place in zip(PROVIDERS, PLACES, strict=True)]


def ids_of(answer: Any) -> list[str]:
    return [each["id"] for each in answer.get_json()["contents"]]


def take_out_the_first_of(answer: Any, directory: Directory) -> None:
    first = answer.get_json()["contents"][0]
    owner = first["service"]["organization_id"] if "service" in first else first["id"]
    with directory.worker.transaction() as session:
        remove_organization(session, next(each.id for each in PROVIDERS if str(each.id) == owner), directory.now)
    directory.index()


def test_nothing_is_skipped_when_what_was_read_goes(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(*PROVIDERS, *PLACES, *SERVICES)
    lists = ("organizations?", "organizations?full_service=true&", "service_at_locations?")

    for there, address in zip((9, 8, 7), lists, strict=True):
        pages = [visitor.get(f"/api/{address}per_page=3")]
        take_out_the_first_of(pages[0], directory)
        while (following := next_of(pages[-1])) is not None:
            pages.append(visitor.get(following))

        seen = [each for page in pages for each in ids_of(page)]
        assert len(seen) == len(set(seen)) == there, address
        assert [page.get_json()["last_page"] for page in pages] == [False, False, True]
        assert [page.get_json()["page_number"] for page in pages] == [1, 2, 3]
        assert pages[-1].get_json()["total_items"] == there - 1


def test_a_search_by_body_goes_on_by_its_header_and_lines_have_no_page(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.save_together(*PROVIDERS[:7], *SERVICES[:7])

    seen: list[str] = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        answer = visitor.post("/api/organizations", json={"per_page": 3, **cursor})
        seen += ids_of(answer)
        cursor = {"cursor": answer.headers["X-Next-Cursor"]} if "X-Next-Cursor" in answer.headers else None

    assert len(seen) == len(set(seen)) == 7
    for wrong in ("x", "=" * 22):
        refused = visitor.get("/api/organizations", query_string={"cursor": wrong})
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (400, "cursor")
    for address in ("services?", "organizations?", "organizations?full_service=True&"):
        assert len(visitor.get(f"/api/{address}format=ndjson&page=3&per_page=2").get_data().splitlines()) == 7
