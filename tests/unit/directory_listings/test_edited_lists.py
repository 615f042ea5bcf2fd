"""What is edited here is what is published, also where the standard's list with it was kept word for word."""

from dataclasses import replace
from typing import Any

import pytest

from directory_service.listings.domain.hsds.edited_lists import with_district, with_edited_lists
from directory_service.listings.domain.hsds.locations import location
from directory_service.listings.domain.hsds.organizations import organization_embedded
from directory_service.listings.domain.hsds.services import service_whole
from directory_service.listings.domain.phones import given_phones
from directory_service.listings.domain.records import District, ProviderListing
from setu.opening_hours import Opening
from support.listings import a_place, a_provider, a_service

STREET = {"id": "a1", "address_1": "1 Open Road", "city": "Kolkata", "postal_code": "700 001", "country": "IN"}
STREET |= {"state_province": "Bengal", "address_type": "physical", "attention": "Dr Sen"}
BOX = {**STREET, "id": "a2", "address_1": "Box 7", "address_type": "postal"}
PLACE = a_place(a_provider(), landmark=None, hsds={"addresses": [BOX, STREET], "description": "By the river"})
PHONES = [{"id": "p1", "number": "033 1", "extension": 5, "description": "Desk"}, {"id": "p2", "number": "033 2"}]
HOWRAH = District(316, "Howrah", 19, "West Bengal", "IN-WB")


def addresses(place: Any) -> Any:
    return location(place, HOWRAH).get("addresses")


def test_an_address_that_was_not_edited_is_published_word_for_word() -> None:
    assert addresses(PLACE) == [BOX, STREET]


@pytest.mark.parametrize(
    ("edit", "published"),
    [
        ({"address_1": "2 New Road"}, [BOX, {**STREET, "address_1": "2 New Road"}]),
        ({"postal_code": "700002"}, [BOX, {**STREET, "postal_code": "700002"}]),
        ({"address_2": "Top floor"}, [BOX, {**STREET, "address_2": "Top floor"}]),
        ({"address_1": None}, [BOX]),
    ],
)
def test_an_edited_address_is_published_and_what_no_field_says_stays(edit: dict[str, Any], published: Any) -> None:
    assert addresses(replace(PLACE, **edit)) == published


def test_a_district_that_was_chosen_anew_names_the_address() -> None:
    assert addresses(with_district(PLACE, HOWRAH)) == [
        BOX,
        {**STREET, "region": "Howrah", "state_province": "West Bengal"},
    ]


def test_a_landmark_and_a_point_that_were_typed_come_before_what_was_imported() -> None:
    strange = replace(PLACE, landmark="Behind the mill", latitude=22.5, hsds={"description": "Old", "latitude": 900})
    shown = location(strange, None)
    assert (shown["description"], shown["latitude"]) == ("Behind the mill", 22.5)
    assert location(PLACE, None)["description"] == "By the river"


@pytest.mark.parametrize(
    ("number", "published"),
    [
        ("033 1", PHONES),
        ("033 9", [{"id": "p1", "number": "033 9", "description": "Desk"}, PHONES[1]]),
        (None, [PHONES[1]]),
    ],
)
def test_an_edited_number_stands_where_the_imported_one_stood(number: str | None, published: Any) -> None:
    service = a_service(a_provider(), phone=number, hsds={"phones": PHONES})
    whole = service_whole(service, ProviderListing(a_provider()), [], {})
    stated = [{name: each[name] for name in each if name not in {"service_id", "type"}} for each in whole["phones"]]
    assert stated == published
    assert list(given_phones(service)) == [each["number"] for each in published]
    said = organization_embedded(a_provider(phone=number, hsds={"phones": PHONES}))
    assert [each["number"] for each in said["phones"]] == [each["number"] for each in published]


def test_hours_that_a_sheet_says_anew_take_the_place_of_the_imported_ones() -> None:
    kept = {"schedules": [{"id": "s"}], "phones": PHONES, "contacts": [{"id": "c"}]}
    before = a_service(a_provider(), phone="033 1", hsds=kept)

    hours = with_edited_lists(before, replace(before, schedules=(Opening("FREQ=WEEKLY;BYDAY=SU", "10:00", "12:00"),)))
    phone = with_edited_lists(before, replace(before, phone="033 9"))

    assert hours.hsds == {"phones": PHONES, "contacts": [{"id": "c"}]}
    assert phone.hsds["phones"][0]["number"] == "033 9"
    assert phone.hsds["schedules"] == kept["schedules"]
    assert with_edited_lists(before, replace(before, name="New")).hsds == kept
