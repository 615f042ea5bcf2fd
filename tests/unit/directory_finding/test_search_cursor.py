"""A cursor brings its place back, and nothing else is taken for one."""

import json
from base64 import urlsafe_b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.finding.domain.search_request import (
    Point,
    box_around,
    metres_from,
)
from directory_service.finding.use_cases.search_cursor import (
    SearchCursor,
    read_search_cursor,
    write_search_cursor,
)
from service_kit.cursor import BadCursor

NUMBERS = st.integers(0, 2**64 - 1)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(tier=st.integers(0, 31), number=NUMBERS, name=st.text())
def test_a_place_comes_back(tier: int, number: int, name: str) -> None:
    for order, key in (("id", number), ("best", [number, 7]), ("name", name), ("distance", [number, number])):
        cursor = write_search_cursor(order, SearchCursor(tier, key))
        assert read_search_cursor(cursor, order, near=order == "distance") == SearchCursor(tier, key)


@given(st.text(), st.sampled_from(["id", "name", "distance"]))
def test_any_text_is_refused_or_read(text: str, order: str) -> None:
    with suppress(BadCursor):
        assert isinstance(read_search_cursor(text, order, near=True), SearchCursor)


@given(ANYTHING, ANYTHING, st.sampled_from(["id", "name", "distance"]))
def test_only_places_of_this_order_are_read(tier: object, key: object, order: str) -> None:
    cursor = urlsafe_b64encode(json.dumps([order, tier, key]).encode()).decode()
    try:
        place = read_search_cursor(cursor, order, near=True)
    except BadCursor:
        return
    assert type(place.tier) is int
    assert isinstance(place.key, {"id": (int, list), "name": str, "distance": list}[order])


def test_a_cursor_of_another_order_is_refused() -> None:
    with pytest.raises(BadCursor):
        read_search_cursor(write_search_cursor("id", SearchCursor(0, 1)), "best", near=False)


@pytest.mark.parametrize("name", ["\ud800", "Tea\udfff\0id"])
def test_a_name_that_no_service_can_have_is_refused(name: str) -> None:
    cursor = urlsafe_b64encode(json.dumps(["name", 0, name]).encode()).decode()

    with pytest.raises(BadCursor):
        read_search_cursor(cursor, "name", near=False)


@given(st.floats(-80, 80), st.floats(-170, 170), st.floats(0.1, 500), st.floats(-1, 1), st.floats(-1, 1))
def test_what_is_within_the_circle_is_within_the_box(
    latitude: float, longitude: float, kilometres: float, up: float, along: float
) -> None:
    centre, radius = Point(latitude, longitude), kilometres * 1000
    low, high = box_around(centre, radius)
    other = Point(latitude + up * 6, longitude + along * 9)

    if metres_from(centre)(other.latitude, other.longitude) <= radius:
        assert low.latitude <= other.latitude <= high.latitude
        assert low.longitude <= other.longitude <= high.longitude
