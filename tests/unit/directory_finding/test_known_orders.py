"""What is kept of an order gives what the index gives, whoever asks for which page, and ends with the commit."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders_listings import NOON, a_provider, a_service, an_id
from directory_service.domain.finding import Search
from directory_service.domain.hsds.services import service_basic
from directory_service.domain.snapshots import service_snapshot
from directory_service.store.search.answers import Reach
from directory_service.store.search.entry import Area, ServiceRow, Surroundings, entry
from directory_service.store.search.folder import new_build, put_in_use
from directory_service.store.search.reader import SearchIndex
from directory_service.store.search.writer import BuildWriter
from directory_service.use_cases.find_services import Asked, Found, find_services
from directory_service.use_cases.known_orders import BLOCK
from directory_service.use_cases.listing_records import write_organization, write_service
from directory_service.use_cases.place_in_order import Place, write_place
from directory_service.use_cases.publish_listing import to_bytes

PROVIDER = a_provider()
AROUND = Surroundings({315: Area(19, "IN-WB", ("Kolkata", "West Bengal"))}, {})
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
OFFSETS = st.integers(0, MANY + 99) | st.integers(BLOCK, 2 * BLOCK)
WAYS = st.sampled_from(["number", "cursor", "drifted", "unsaid"])
STEPS = st.lists(st.tuples(OFFSETS, st.integers(1, 100), WAYS), max_size=8)
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
        record=write_service(service),
        snapshot=service_snapshot(service, PROVIDER, []),
        owner=write_organization(PROVIDER),
        term_ids=(),
        number=number + 1,
        modified_at=NOON,
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


def seen(found: Found) -> tuple[Any, ...]:
    hits = [(hit.key, hit.answers_at) for hit in found.hits]
    return found.total, hits, found.next


@given(st.sampled_from(SEARCHES), ORDERS, STEPS, st.booleans())
def test_a_page_is_that_part_of_the_whole_whatever_was_asked_before(
    index: SearchIndex, search: Search, order: str | None, steps: list[tuple[int, int, str]], anew: bool
) -> None:
    snapshot = (SearchIndex(Path(index._folder)) if anew else index).snapshot()
    walked = Asked(search, order, counted=False)  # straight from the index
    whole = find_services(snapshot, replace(walked, size=MANY), NOW)
    total, expected, _ = seen(whole)
    total = len(expected)
    for around, size, way in steps:
        page, offset = around // size + 1, around // size * size
        asked = Asked(search, order, page=page, size=size)
        if way != "number":
            start = min(max(1, offset + {"cursor": 0, "drifted": 7, "unsaid": 3}[way]), total)
            cursor = find_services(snapshot, replace(walked, size=start), NOW).next
            if cursor is None:
                continue
            offset, asked = start, replace(asked, cursor=cursor, page=1 if way == "unsaid" else page)

        found = find_services(snapshot, asked, NOW)

        end = min(offset + size, total)
        following = find_services(snapshot, replace(walked, size=end), NOW).next if offset < end else None
        assert seen(found) == (total, expected[offset:end], following)


@pytest.mark.parametrize("asked", [Asked(Search(), "best"), Asked(SEARCHES[4])], ids=["best", "words"])
def test_whoever_comes_in_by_a_cursor_is_shown_what_follows_and_the_next_what_was_before(
    index: SearchIndex, asked: Asked
) -> None:
    plain = replace(asked, counted=False)
    _, expected, _ = seen(find_services(index.snapshot(), replace(plain, size=MANY), NOW))
    for start in range(BLOCK + 3, len(expected) - 60, 47):
        snapshot = SearchIndex(Path(index._folder)).snapshot()
        cursor = find_services(snapshot, replace(plain, size=start), NOW).next
        find_services(snapshot, asked, NOW)

        after = find_services(snapshot, replace(asked, cursor=cursor, page=2, size=55), NOW)
        before = find_services(snapshot, replace(asked, page=start // 50, size=50), NOW)

        assert seen(after)[1] == expected[start : start + 55]
        assert seen(before)[1] == expected[start // 50 * 50 - 50 : start // 50 * 50]


def test_following_next_to_the_end_shows_each_once(index: SearchIndex) -> None:
    snapshot = index.snapshot()
    for order in ("id", "name", "relevance", "modified"):
        asked, keys = Asked(SEARCHES[3], order, size=40), list[Any]()
        while True:
            found = find_services(snapshot, asked, NOW)
            keys += [hit.answers_at for hit in found.hits]
            if found.next is None:
                break
            asked = replace(asked, page=asked.page + 1, cursor=found.next)
        assert len(keys) == len(set(keys)) == found.total


def test_a_cursor_that_names_nothing_stands_where_it_would_be(index: SearchIndex) -> None:
    snapshot = index.snapshot()
    for tier, key in ((0, 0), (0, 2**64 - 1), (0, 2**63), (1, 5), (31, 7)):
        for page in (1, 2, 30):
            asked = Asked(Search(), "id", page=page, cursor=write_place("id", Place(tier, key)))
            plain = find_services(snapshot, replace(asked, counted=False), NOW)
            _, *same = seen(find_services(snapshot, asked, NOW))
            assert same == list(seen(plain)[1:])


def test_facets_are_counted_once_a_commit(index: SearchIndex) -> None:
    asked = Asked(SEARCHES[1], facets=("needs", "accepting"))
    first, second = (find_services(index.snapshot(), asked, NOW).facets for _ in range(2))

    assert first == second == find_services(index.snapshot(), replace(asked, counted=False), NOW).facets
    assert dict(first["needs"])["OST"] == first["accepting"][0][1] + first["accepting"][1][1] + first["accepting"][2][1]


def test_what_is_kept_is_bounded_and_goes_with_the_commit(index: SearchIndex) -> None:
    before = index.snapshot()
    for number in range(300):
        find_services(before, Asked(Search(postcode=f"{number:09000}")), NOW)
    total = find_services(before, Asked(Search()), NOW).total
    assert 7_000_000 < before.kept.held <= 8_000_000

    write(Path(index._folder) / before.build, range(MANY, MANY + 3), before.state.reach)
    after = index.snapshot()

    assert after.kept.held == 0
    assert find_services(after, Asked(Search()), NOW).total == total + 3
    assert find_services(after, Asked(Search(), page=2), NOW).total == total + 3
