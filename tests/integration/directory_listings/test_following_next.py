"""Whoever follows `next` through a list from the database gets each entry once, whatever is taken out meanwhile."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from builders_finding import next_of
from builders_listings import Directory, a_place, a_provider, a_service, an_id
from directory_service.use_cases.remove_listing import remove_organization

PROVIDERS = [a_provider(f"Provider {number}") for number in range(7)]
PLACES = [a_place(each, id=an_id(each.name)) for each in PROVIDERS]
SERVICES = [a_service(each, each.name, places=(place.id,)) for each, place in zip(PROVIDERS, PLACES, strict=True)]


def ids_of(answer: Any) -> list[str]:
    return [each["id"] for each in answer.get_json()["contents"]]


@pytest.mark.parametrize(
    "address",
    [
        "/api/organizations?per_page=3",
        "/api/organizations?per_page=3&full_service=true",
        "/api/service_at_locations?per_page=3",
    ],
)
def test_nothing_is_skipped_when_what_was_read_goes(directory: Directory, visitor: FlaskClient, address: str) -> None:
    directory.save(*PROVIDERS, *PLACES, *SERVICES)
    first = visitor.get(address)
    other = {str(each.organization_id): each for each in SERVICES}

    seen = ids_of(first)
    at_place = visitor.get(f"/api/service_at_locations/{seen[0]}")
    owner = at_place.get_json()["service"]["organization_id"] if at_place.status_code == 200 else seen[0]
    with directory.worker.transaction() as session:
        remove_organization(session, other[owner].organization_id, directory.now)
    directory.index()
    pages = [first]
    while (following := next_of(pages[-1])) is not None:
        pages.append(visitor.get(following))
        seen += ids_of(pages[-1])

    assert len(seen) == len(set(seen)) == 7
    assert [page.get_json()["last_page"] for page in pages] == [False] * (len(pages) - 1) + [True]
    assert [page.get_json()["page_number"] for page in pages] == [1, 2, 3]
    assert pages[-1].get_json()["total_items"] == 6


def test_a_search_by_body_goes_on_by_its_header(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(*PROVIDERS)

    seen, cursor = [], {}
    while cursor is not None:
        answer = visitor.post("/api/organizations", json={"per_page": 3, **cursor})
        seen += ids_of(answer)
        cursor = {"cursor": answer.headers["X-Next-Cursor"]} if "X-Next-Cursor" in answer.headers else None

    assert len(seen) == len(set(seen)) == 7
    for wrong in ("x", "=" * 22):
        refused = visitor.get("/api/organizations", query_string={"cursor": wrong})
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (400, "cursor")


def test_lines_are_everything_whatever_page_is_asked_for(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(*PROVIDERS, *SERVICES)

    for address in ("/api/services", "/api/organizations", "/api/organizations?full_service=True"):
        query = "&" if "?" in address else "?"
        assert len(visitor.get(f"{address}{query}format=ndjson&page=3&per_page=2").get_data().splitlines()) == 7
