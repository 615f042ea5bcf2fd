"""The part of town of a confidential place repeats nothing that is hidden."""

from dataclasses import replace
from typing import Any

import pytest

from directory_service.listings.domain.confidential_locations import reduced_document, with_coarse_area
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


def test_an_open_place_is_called_as_it_likes() -> None:
    place = replace(a_confidential_place(PROVIDER, area="Secret house"), confidential=False)

    assert with_coarse_area(place) is place


def test_what_is_coarse_stays_so_whatever_the_place_is_called() -> None:
    coarse = with_coarse_area(a_confidential_place(PROVIDER, name="?", area="?", city=""))

    assert with_coarse_area(coarse) is coarse
