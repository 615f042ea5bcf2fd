"""Pages of an order are parts of one whole, whether they are asked for by number or by cursor."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tantivy import Document

from directory_service.finding.domain.search_request import Search, SearchRequest
from directory_service.finding.store.search.answers import Reach
from directory_service.finding.store.search.entry import (
    Area,
    IndexEntry,
    ServiceRow,
    Surroundings,
    entry,
)
from directory_service.finding.store.search.fields import schema
from directory_service.finding.store.search.folder import (
    new_build,
    put_in_use,
)
from directory_service.finding.store.search.reader import (
    SearchIndex,
    Snapshot,
)
from directory_service.finding.store.search.writer import BuildWriter
from directory_service.finding.use_cases.find_services import (
    SearchPage,
    find_services,
)
from directory_service.finding.use_cases.search_cursor import (
    SearchCursor,
    write_search_cursor,
)
from directory_service.listings.domain.fields import ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.hsds.services import service_basic
from directory_service.listings.domain.snapshots import service_snapshot
from directory_service.listings.use_cases.publish_listing import to_bytes
from support.listings import (
    NOON,
    a_provider,
    a_service,
    an_id,
)

PROVIDER = a_provider()
AROUND = Surroundings({315: Area(19, "IN-WB", ("Kolkata", "West Bengal"))}, {})
BLOCK = 250  # entries of a segment
MANY = 6 * BLOCK + 7
FEED = UUID(int=1)
NOW = datetime(2027, 4, 12, 6, 30, tzinfo=UTC)  # the first half of them was confirmed more than 180 days ago
SEARCHES = (
    Search(),
    Search(needs=("OST",)),
    Search(needs=("OST",), accepting=("open", "closed")),
    Search(words="clinic"),
    Search(words="clin"),
    Search(words="centre clinic", needs=("OST",)),
    Search(words="nowhere"),
)
STEPS = st.lists(st.tuples(st.integers(0, MANY + 99), st.integers(1, 100), st.booleans()), max_size=8)
ORDERS = st.sampled_from([None, "id", "best", "relevance", "name", "modified"])


def a_row(number: int) -> ServiceRow:
    service = a_service(
        PROVIDER,
        f"{('Clinic', 'Drop-in centre', 'Day clinic')[number % 3]} {number % 700}",
        id=an_id(f"Service {number}"),
        needs=("OST", "TB") if number % 4 else ("TB",),
        accepting=("open", "waiting_list", "closed")[number % 5 % 3],
        assured_date=date(2026, 10, 1 + number * 31 // (MANY + 3)),
    )
    return ServiceRow(
        id=service.id,
        record=SERVICE_FIELDS.write(service),
        snapshot=service_snapshot(service, PROVIDER, []),
        owner=ORGANIZATION_FIELDS.write(PROVIDER),
        term_ids=(),
        number=number + 1,
        modified_at=NOON,
        shown_at=NOON,
        summary=to_bytes(service_basic(service)),
        document=b"{}",
    )


def write(build: Path, numbers: range, reach: Reach | None = None) -> None:
    with BuildWriter(build, reach) as writer:
        rows = [a_row(number) for number in numbers]
        writer.replace([row.id for row in rows], [entry(row, AROUND) for row in rows])
        writer.commit(feed=FEED, cursor=numbers.stop)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """Several segments, with entries in them that were replaced."""
    folder = tmp_path_factory.mktemp("known")
    build = new_build(folder)
    write(build, range(2 * BLOCK))
    put_in_use(build)
    made = SearchIndex(folder)
    for numbers in (range(BLOCK, 4 * BLOCK), range(4 * BLOCK - 9, MANY)):
        write(build, numbers, made.snapshot().state.reach)
    return made


def seen(found: SearchPage) -> tuple[Any, ...]:
    hits = [(hit.key, hit.answers_at) for hit in found.hits]
    return found.total, hits, found.next


@given(st.sampled_from(SEARCHES), ORDERS, STEPS)
def test_a_page_is_that_part_of_the_whole_by_number_and_by_cursor(
    index: SearchIndex, search: Search, order: str | None, steps: list[tuple[int, int, bool]]
) -> None:
    snapshot, whole = index.snapshot(), SearchRequest(search, order, size=MANY)
    total, expected, _ = seen(find_services(snapshot, whole, NOW))
    assert total == len(expected)
    for around, size, by_cursor in steps:
        page, offset = around // size + 1, around // size * size
        asked = SearchRequest(search, order, page=page, size=size)
        if by_cursor:
            offset = min(max(1, offset), total)
            cursor = find_services(snapshot, replace(whole, size=offset), NOW).next if offset else None
            if cursor is None:
                continue
            asked = replace(asked, cursor=cursor)

        found = find_services(snapshot, asked, NOW)

        end = min(offset + size, total)
        following = find_services(snapshot, replace(whole, size=end), NOW).next if offset < end < total else None
        assert seen(found) == (total, expected[offset:end], following)


@pytest.mark.parametrize("order", ["best", "modified"])
def test_entries_with_the_same_key_are_each_shown_once_and_in_the_same_order_after_another_commit(
    tmp_path: Path, order: str
) -> None:
    build = new_build(tmp_path)
    same = [replace(a_row(4), id=an_id(f"Twin {number}"), number=9) for number in range(23)]
    others = [a_row(number) for number in range(20)]
    with BuildWriter(build) as writer:
        writer.add([_with_key_of(entry(row, AROUND), same[0]) for row in same] + [entry(row, AROUND) for row in others])
        writer.commit(feed=FEED, cursor=1)
    put_in_use(build)
    index = SearchIndex(tmp_path)
    whole = [
        hit.answers_at for hit in find_services(index.snapshot(), SearchRequest(Search(), order, size=99), NOW).hits
    ]

    for size in (1, 2, 5, 7, 22, 42):
        by_number = [_page(index.snapshot(), order, size, page) for page in range(1, 45)]
        assert list(chain(*by_number)) == whole
        assert list(_by_cursor(index.snapshot(), order, size)) == whole
    assert len(set(whole)) == len(same) + len(others)
    first = find_services(index.snapshot(), SearchRequest(Search(), order, size=8), NOW)
    shown = index.snapshot().ids(first.hits)
    rewritten = [_with_key_of(entry(row, AROUND), same[0]) for row in reversed(same)]
    with BuildWriter(build, index.snapshot().state.reach) as writer:  # now they lie the other way round
        writer.replace([row.id for row in same], rewritten)
        writer.commit(feed=FEED, cursor=2)

    snapshot = index.snapshot()
    later = find_services(snapshot, SearchRequest(Search(), order, size=99, cursor=first.next), NOW)

    assert sorted(shown + snapshot.ids(later.hits)) == sorted(str(row.id) for row in (*same, *others))


def _with_key_of(made: IndexEntry, row: ServiceRow) -> IndexEntry:
    """The entry with the other's place in the order `best`, as when two digests begin alike."""
    return made._replace(document=_with_number(made.document, "by_best", entry(row, AROUND).document))


def _with_number(document: Document, field: str, other: Document) -> Document:
    return Document.from_dict({**document.to_dict(), field: other.to_dict()[field]}, schema())


def _page(snapshot: Snapshot, order: str, size: int, page: int) -> list[int]:
    return [hit.answers_at for hit in find_services(snapshot, SearchRequest(Search(), order, page, size), NOW).hits]


def _by_cursor(snapshot: Snapshot, order: str, size: int) -> Iterator[int]:
    asked = SearchRequest(Search(), order, size=size)
    while True:
        found = find_services(snapshot, asked, NOW)
        yield from (hit.answers_at for hit in found.hits)
        if found.next is None:
            return
        asked = replace(asked, cursor=found.next)


def test_following_next_to_the_end_shows_each_once(index: SearchIndex) -> None:
    snapshot = index.snapshot()
    for order in ("id", "name", "relevance", "modified"):
        asked, keys = SearchRequest(SEARCHES[3], order, size=40), list[Any]()
        while True:
            found = find_services(snapshot, asked, NOW)
            keys += [hit.answers_at for hit in found.hits]
            if found.next is None:
                break
            asked = replace(asked, page=asked.page + 1, cursor=found.next)
        assert len(keys) == len(set(keys)) == found.total


def test_a_cursor_that_names_nothing_stands_where_it_would_be(index: SearchIndex) -> None:
    snapshot = index.snapshot()
    keys = [hit.key for hit in find_services(snapshot, SearchRequest(Search(), "id", size=MANY), NOW).hits]
    for key in (0, 2**64 - 1, 2**63, [2**63, 4], [keys[7], 0]):
        asked = SearchRequest(Search(), "id", cursor=write_search_cursor("id", SearchCursor(0, key)), size=9)
        after = key if isinstance(key, int) else key[0] - (key[0] == keys[7])
        assert [hit.key for hit in find_services(snapshot, asked, NOW).hits] == [k for k in keys if k > after][:9]
