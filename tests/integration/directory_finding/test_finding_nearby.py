"""Distance: near a point or a PIN code; a confidential place cannot be found by it."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from support.finding import (
    find,
    names,
    walk,
)
from support.listings import (
    SECRET,
    Directory,
    a_confidential_place,
    a_place,
    a_provider,
    a_service,
    an_id,
)

PROVIDER = a_provider()
HERE = replace(a_place(PROVIDER), latitude=22.5726, longitude=88.3639)
ACROSS = replace(
    a_place(PROVIDER), id=an_id("across"), latitude=22.5958, longitude=88.2636, postal_code="711101"
)  # some 10.6 km to the west
FAR = replace(a_place(PROVIDER), id=an_id("far"), latitude=23.2324, longitude=88.3638, postal_code="713101")
HIDDEN = replace(a_confidential_place(PROVIDER), id=an_id("hidden"))
NEAR = a_service(PROVIDER, "Near", places=(HERE.id,))
WEST = a_service(PROVIDER, "West", places=(ACROSS.id,))
NORTH = a_service(PROVIDER, "North", places=(FAR.id,))
BOTH = a_service(PROVIDER, "Both", places=(FAR.id, ACROSS.id))
SAFE = a_service(PROVIDER, "Safe house", places=(HIDDEN.id,))
POINT = "22.5726,88.3639"
STOCK = (PROVIDER, HERE, ACROSS, FAR, HIDDEN, NEAR, WEST, NORTH, BOTH, SAFE)


def test_the_nearest_come_first_with_their_distances(reader: FlaskClient) -> None:
    page = find(reader, near=POINT).get_json()

    assert page["contents"][0]["name"] == "Near"
    assert {item["name"] for item in page["contents"]} == {"Near", "West", "Both"}
    assert page["distances"][0] == 0
    assert page["distances"][1:] == [pytest.approx(10_615, abs=60)] * 2


@pytest.mark.parametrize(
    ("radius", "expected"),
    [(5, {"Near"}), (10.4, {"Near"}), (11, {"Near", "West", "Both"}), (100, {"Near", "West", "Both", "North"})],
)
def test_a_radius_is_a_circle_in_kilometres(reader: FlaskClient, radius: float, expected: set[str]) -> None:
    assert set(names(reader, near=POINT, radius=radius)) == expected
    assert set(names(reader, near=POINT, radius=radius, sort="name")) == expected


def test_a_pin_code_means_the_middle_of_its_public_places(reader: FlaskClient) -> None:
    assert names(reader, near="711101", radius=1, sort="name") == ["Both", "West"]


def test_other_conditions_hold_as_well(reader: FlaskClient) -> None:
    assert names(reader, near=POINT, search="both") == ["Both"]
    assert find(reader, near=POINT, facets="needs").get_json()["facets"]["needs"][0]["count"] == 3


def test_distance_pages_go_on_where_they_ended(reader: FlaskClient) -> None:
    whole = [item["id"] for item in find(reader, near=POINT, radius=100).get_json()["contents"]]

    assert walk(reader, near=POINT, radius=100, per_page=1) == whole


def test_no_question_of_distance_finds_a_confidential_place(reader: FlaskClient) -> None:
    _, _, _, pin, latitude, longitude = SECRET

    for radius in (0.1, 1, 100):
        assert SAFE.name not in names(reader, near=f"{latitude},{longitude}", radius=radius)
    refused = reader.get(f"/api/services?near={pin}")
    assert (refused.status_code, refused.get_json()["errors"][0]["detail"][-20:]) == (400, "tells where it lies.")


def test_a_place_that_becomes_confidential_is_no_longer_near_anything(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.save(*STOCK)
    directory.save(replace(HERE, confidential=True))

    assert "Near" not in names(visitor, near=POINT, radius=100)
    assert "Near" in names(visitor)


def test_a_circle_that_is_too_wide_is_refused_in_words(reader: FlaskClient) -> None:
    answer = reader.get(f"/api/services?near={POINT}&radius=100.1")

    assert answer.status_code == 400
    assert answer.get_json()["errors"] == [{"field": "radius", "detail": "Must be from 0.1 to 100 kilometres."}]


def test_the_answer_says_how_wide_was_searched(reader: FlaskClient) -> None:
    assert find(reader, near=POINT, radius=7).get_json()["within"] == 7_000
    assert "within" not in find(reader).get_json()
