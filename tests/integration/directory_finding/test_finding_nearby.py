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


ORDINARY_PIN_CODES = (
    *("110001", "110053", "121001", "141001", "160017", "180001", "201301", "208001", "221001", "226001"),
    *("248001", "302001", "380001", "395003", "400001", "411001", "440001", "462001", "492001", "500001"),
    *("560001", "600001", "605001", "641001", "682001", "700019", "751001", "781001", "795001", "834001"),
)


def test_no_ordinary_pin_code_is_refused(reader: FlaskClient) -> None:
    assert len(ORDINARY_PIN_CODES) == 30
    for code in ORDINARY_PIN_CODES:
        page = find(reader, near=code).get_json()
        places = reader.get("/api/service_at_locations", query_string={"postcode": code, "proximity": 20_000})

        assert code.startswith(page["around"])
        assert (page["within"], places.status_code) == (25_000, 200)
    assert names(reader, near="700019") == ["Near", "Both", "West"]  # Ballygunge, some five kilometres away
    near_ballygunge = {"postcode": "700019", "proximity": 10_000}
    assert reader.get("/api/service_at_locations", query_string=near_ballygunge).get_json()["total_items"] == 1


@pytest.mark.parametrize(
    ("code", "around"),
    [
        ("799001", "7990"),  # Agartala: its post offices are without co-ordinates in the source
        ("560008", "5600"),  # Bengaluru: one of its post offices is said to be 100 km away
        ("700199", "7001"),  # nobody has it
    ],
)
def test_a_pin_code_without_a_believable_place_stands_for_its_neighbours_and_says_so(
    reader: FlaskClient, code: str, around: str
) -> None:
    assert find(reader, near=code).get_json()["around"] == around


def test_a_pin_code_of_no_district_is_refused_in_words(reader: FlaskClient) -> None:
    refused = reader.get("/api/services?near=999999")

    assert refused.status_code == 400
    assert refused.get_json()["errors"] == [{"field": "near", "detail": "Nobody knows where this PIN code lies."}]


def test_the_middle_of_a_pin_code_is_of_a_pin_code_only(reader: FlaskClient) -> None:
    assert "around" not in find(reader, near=POINT).get_json()
    assert find(reader, near="711101").get_json()["around"] == "711101"


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
    assert SAFE.name not in names(reader, near=pin, radius=100)


def test_a_place_that_becomes_confidential_is_no_longer_near_anything(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.save_together(*STOCK)
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
