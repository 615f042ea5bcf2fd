"""Every order is total; whoever follows `Link: next` is shown everything once, whatever is written meanwhile."""

from dataclasses import replace
from itertools import product

import pytest
from flask.testing import FlaskClient

from directory_service.finding.domain.search_request import SORTS
from directory_service.finding.use_cases.search_cursor import SearchCursor, write_search_cursor
from directory_service.listings.use_cases.remove_listing import remove_service
from service_kit.cursor import encode_bytes
from support.finding import (
    find,
    names,
    next_of,
    walk,
)
from support.listings import (
    Directory,
    a_provider,
    a_service,
)

PROVIDER = a_provider()
MANY = [
    a_service(PROVIDER, f"Drop-in centre {number:02}", accepting=("open", "waiting_list", "closed")[number % 3])
    for number in range(23)
]
STOCK = (PROVIDER, *MANY)


def test_following_next_shows_each_once_in_the_order_of_the_whole(reader: FlaskClient) -> None:
    for sort, words in product([sort for sort in SORTS if sort != "distance"], ["", "drop"]):
        whole = [item["id"] for item in find(reader, sort=sort, search=words).get_json()["contents"]]
        pages = [f"/api/services?per_page=4&page={page}&sort={sort}&search={words}" for page in range(1, 7)]
        numbered = [item["id"] for page in pages for item in reader.get(page).get_json()["contents"]]

        assert len(set(whole)) == 23
        assert walk(reader, sort=sort, search=words, per_page=4) == whole, (sort, words)
        assert numbered == whole, (sort, words)


def test_names_are_in_order_and_the_last_changed_first(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(*STOCK)
    directory.save(replace(MANY[7], description="Now with a doctor."))

    assert names(visitor, sort="name") == [service.name for service in MANY]
    assert names(visitor, sort="modified")[0] == MANY[7].name


def test_open_ones_stand_before_waiting_lists_and_these_before_full_ones(reader: FlaskClient) -> None:
    state = {service.name: service.accepting for service in MANY}

    assert [state[name] for name in names(reader, sort="best")] == ["open"] * 8 + ["waiting_list"] * 8 + ["closed"] * 7


def test_nothing_is_skipped_or_doubled_when_others_come_and_go_between_pages(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.save_together(*STOCK)
    answer = visitor.get("/api/services?per_page=4")
    seen, turn = [item["id"] for item in answer.get_json()["contents"]], 0
    stable = {str(service.id) for service in MANY[10:]}
    while following := next_of(answer):
        turn += 1
        with directory.worker.transaction() as session:
            remove_service(session, MANY[turn].id, directory.now)
        directory.save(
            a_service(PROVIDER, f"A new one {turn}"), replace(MANY[10 + turn], accepting="closed", name=f"Z {turn}")
        )
        answer = visitor.get(following)
        seen += [item["id"] for item in answer.get_json()["contents"]]

    assert len(seen) == len(set(seen))
    assert stable <= set(seen)


def test_search_by_body_goes_on_by_a_header(reader: FlaskClient) -> None:
    first = reader.post("/api/services", json={"needs": "OST", "per_page": 20})
    rest = reader.post(
        "/api/services", json={"needs": "OST", "per_page": 20, "page": 2, "cursor": first.headers["X-Next-Cursor"]}
    )

    ids = [item["id"] for page in (first, rest) for item in page.get_json()["contents"]]
    assert len(set(ids)) == 23
    assert "X-Next-Cursor" not in rest.headers


def test_a_cursor_of_another_search_is_refused(reader: FlaskClient) -> None:
    near = {"near": "22.5,88.3"}
    for order, key, place in (
        ("id", [1, 2, 3], {}),
        ("relevance", [1, 2, 3], {}),
        ("relevance", 1, near),
        ("relevance", [1, 2], near),
        ("distance", 1, near),
        ("best", [1, 2, 3], near),
    ):
        cursor = write_search_cursor(order, SearchCursor(0, key))

        answer = reader.get("/api/services", query_string={"sort": order, "cursor": cursor, **place})

        assert answer.status_code == 400, (order, key)


@pytest.mark.parametrize(
    "content", [r'["name",0,"\ud800"]', r'["name",64,"Tea \ud800"]', f'["name",{"9" * 700},"Tea"]']
)
@pytest.mark.parametrize("more", [{}, {"search": "medicine"}, {"near": "22.5,88.3"}])
def test_a_made_up_cursor_is_refused_by_name(reader: FlaskClient, content: str, more: dict[str, str]) -> None:
    asked = {"sort": "name", "cursor": encode_bytes(content.encode()), **more}

    for answer in (reader.get("/api/services", query_string=asked), reader.post("/api/services", json=asked)):
        assert answer.status_code == 400, answer.text
        assert [error["field"] for error in answer.get_json()["errors"]] == ["cursor"]


def test_ndjson_gives_all_that_fit_a_line_each(reader: FlaskClient) -> None:
    lines = reader.get("/api/services?format=ndjson&accepting=open&minimal=true").text.splitlines()

    assert len(lines) == len(set(lines)) == 8


def test_a_list_has_the_tag_of_the_index_and_is_not_sent_twice(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(*STOCK)
    tag = find(visitor, needs="OST").headers["ETag"]
    kept = visitor.get("/api/services?per_page=100&needs=OST", headers={"If-None-Match": tag})
    directory.save(replace(MANY[0], phone="+91 00000 00009"))
    fresh = visitor.get("/api/services?per_page=100&needs=OST", headers={"If-None-Match": tag})

    assert (kept.status_code, kept.data) == (304, b"")
    assert (fresh.status_code, fresh.headers["ETag"] != tag) == (200, True)


def test_a_page_asked_for_again_is_the_same_answer(reader: FlaskClient) -> None:
    for query in ("", "full=true&needs=OST", "minimal=true", "search=drop&facets=needs"):
        first, again = (reader.get(f"/api/services?per_page=4&{query}") for _ in range(2))

        assert first.data == again.data, query
        ignored = {"X-Correlation-Id", "X-Request-Id", "Date"}
        kept = [[(name, value) for name, value in answer.headers if name not in ignored] for answer in (first, again)]
        assert sorted(kept[0]) == sorted(kept[1]), query
