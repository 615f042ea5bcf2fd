"""The part of town of a confidential place repeats nothing that is hidden."""

from dataclasses import replace
from typing import Any
from unicodedata import normalize

import pytest

from directory_service.listings.domain.coarse_area import with_coarse_area
from directory_service.listings.domain.confidential_locations import reduced_document
from directory_service.listings.domain.records import UNKNOWN_AREA
from support.listings import a_confidential_place, a_provider

PROVIDER = a_provider()
LONG = "House of the women's league behind the old jute mill at the end of the second lane after the level crossing"


@pytest.mark.parametrize(
    "area",
    [
        "Secret house",
        " secret  HOUSE ",
        "13 Hidden Lane",
        "At 13 Hidden Lane, South Kolkata",
        "Kolkata 700042",
        "Kolkata 700 042",
        "Near the hidden tree",
        "13, Hidden-Lane (Kolkata)",
        "Kolkata 700-042",
        "কলকাতা ৭০০০৪২",
        "कोलकाता ७०० ०४२",
        "Ｓecret\u00a0hou\u200dse",
    ],
)
def test_the_town_stands_for_a_part_of_town_that_tells(area: str) -> None:
    assert with_coarse_area(a_confidential_place(PROVIDER, area=area)).area == "Kolkata"


@pytest.mark.parametrize("area", ["South Kolkata", "Kolkata", "Lake Town", UNKNOWN_AREA])
def test_a_part_of_town_stays(area: str) -> None:
    place = a_confidential_place(PROVIDER, area=area)

    assert with_coarse_area(place) is place


@pytest.mark.parametrize(
    "hsds",
    [
        {"description": "Blue gate"},
        {"addresses": [{"address_1": "Blue gate"}]},
        {"alternate_name": "Blue gate", "addresses": []},
    ],
)
@pytest.mark.parametrize("city", [None, "blue gate"])
def test_without_a_town_nothing_stands_there(hsds: dict[str, Any], city: str | None) -> None:
    coarse = with_coarse_area(a_confidential_place(PROVIDER, area="Blue Gate", city=city, hsds=hsds))

    assert coarse.area == UNKNOWN_AREA
    assert "description" not in reduced_document(coarse)


@pytest.mark.parametrize("exact", [{"name": LONG}, {"hsds": {"description": LONG}}], ids=["name", "description"])
@pytest.mark.parametrize("length", [len(LONG), 100, 98], ids=["whole", "within a word", "after a word"])
def test_the_beginning_of_a_long_text_is_hidden_with_it(exact: dict[str, Any], length: int) -> None:
    coarse = with_coarse_area(a_confidential_place(PROVIDER, area=LONG[:length], city=None, **exact))

    assert coarse.area == UNKNOWN_AREA


@pytest.mark.parametrize(
    ("area", "exact"),
    [
        ("গলি ১৩", {"address_1": "বাড়ি গলি 13"}),
        ("Hidden Lane", {"address_1": "13 Hidden Lane"}),
        ("13, Hidden Lane", {"address_1": "13 Hidden Lane"}),
        ("Hidden Lane, South Kolkata", {"address_1": "13 Hidden Lane"}),
        ("Shanti shelter, South Kolkata", {"name": "Shanti"}),
        ("Shanti shelter", {"name": "Shanti Nari Griha"}),
        ("Mill House (women)", {"name": "Mill-House"}),
        ("Bluegate", {"name": "Blue gate"}),
        ("Blue gate", {"name": "Bluegate"}),
        ("शांति गृह, ज़ाकिर नगर", {"name": normalize("NFD", "ज़ाकिर नगर")}),
        ("ज\u093cाकिर नगर", {"name": "\u095bाकिर नगर"}),
        ("Opposite Kali temple", {"landmark": "Kali temple, opposite the school"}),
        ("Near the old jute mill", {"transportation": "Bus 12 to the old jute mill, then ask"}),
        ("Old jute mill", {"hsds": {"description": "A house behind the old jute mill."}}),
        ("Mill Lane", {"hsds": {"addresses": [{"address_1": "4 Mill Lane"}]}}),
        ("Howrah 711 101", {"hsds": {"addresses": [{"postal_code": "700001"}, {"postal_code": "711-101"}]}}),
    ],
)
def test_words_of_what_is_hidden_are_known_again(area: str, exact: dict[str, Any]) -> None:
    assert with_coarse_area(a_confidential_place(PROVIDER, area=area, **exact)).area == "Kolkata"


@pytest.mark.parametrize(
    ("area", "exact"),
    [
        ("Kolkata", {"name": "Women's shelter of Kolkata", "address_1": "13 Hidden Lane, Kolkata"}),
        ("South Kolkata", {"address_1": "13 Hidden Lane, South Kolkata"}),
        ("New Delhi", {"name": "Shelter New Delhi", "city": "New Delhi"}),
        ("Lake Town", {"name": "Quiet shelter", "landmark": "Opposite the lake"}),
        ("Salt Lake", {"hsds": {"description": "Day care in Salt Lake for women."}}),
        ("Howrah", {"name": "Howrah Nari Niketan", "city": None, "hsds": {"addresses": [{"region": "Howrah"}]}}),
    ],
)
def test_the_names_of_town_and_district_and_single_words_of_a_street_may_be_said(
    area: str, exact: dict[str, Any]
) -> None:
    place = a_confidential_place(PROVIDER, area=area, **exact)

    assert with_coarse_area(place) is place


@pytest.mark.parametrize("area", ["South 24 Parganas", "Baruipur, South 24 Parganas"])
def test_what_its_district_is_called_may_be_said(area: str) -> None:
    place = a_confidential_place(PROVIDER, area=area, city=None, name="South 24 Parganas Nari Griha")

    assert with_coarse_area(place).area == UNKNOWN_AREA
    assert with_coarse_area(place, named=["South 24 Parganas"]) is place


def test_an_open_place_is_called_as_it_likes() -> None:
    place = replace(a_confidential_place(PROVIDER, area="Secret house"), confidential=False)

    assert with_coarse_area(place) is place


def test_what_is_coarse_stays_so_whatever_the_place_is_called() -> None:
    coarse = with_coarse_area(a_confidential_place(PROVIDER, name="?", area="?", city=""))

    assert with_coarse_area(coarse) is coarse
