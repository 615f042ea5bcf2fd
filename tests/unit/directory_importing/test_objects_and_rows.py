"""What HSDS allows is kept and the rest named; rows nest into objects and objects flatten into rows."""

import json
from typing import Any

import pytest

from directory_service.importing.domain.cleaning import (
    Faults,
    cleaned,
    typed_row,
)
from directory_service.importing.domain.nesting import nested
from directory_service.importing.domain.records_from_documents import (
    is_abroad,
    place_record,
    service_record,
)
from directory_service.listings.domain.hsds.flattening import (
    Rows,
    completed,
    flatten,
)
from directory_service.listings.domain.hsds.ids import nested_id
from support.hsds import standard as hsds_standard

ID = "ac148810-d857-441c-9679-408f346de14b"
OTHER = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"


def test_nulls_and_unknown_fields_are_left_out_without_a_word() -> None:
    faults = Faults()

    kept = cleaned("service", {"id": ID, "name": "x", "status": "active", "email": None, "colour": 1}, faults)

    assert kept == {"id": ID, "name": "x", "status": "active"}
    assert faults.found == []


def test_numbers_in_text_and_addresses_without_a_scheme_are_read() -> None:
    value = {"id": ID, "name": "x", "status": "active", "minimum_age": "12", "url": "example.org/help"}

    kept = cleaned("service", value, Faults())

    assert kept is not None
    assert (kept["minimum_age"], kept["url"]) == (12, "http://example.org/help")


def test_a_fault_of_its_own_keeps_an_object_out_and_names_the_field() -> None:
    faults = Faults()

    assert cleaned("organization", {"id": "7", "name": "x", "description": ""}, faults) is None
    assert faults.found == [("id", "must be uuid, not '7'")]


def test_a_row_has_its_types_or_says_which_it_has_not() -> None:
    row = {"id": ID, "location_type": "physical", "latitude": "22.5", "longitude": "east", "name": ""}

    body, reasons, _ = typed_row("location", row)

    assert body["latitude"] == 22.5
    assert "name" not in body
    assert reasons == ["longitude: must be a number, not 'east'"]


def test_days_with_the_same_hours_become_one_rule() -> None:
    days = [{"id": day, "freq": "WEEKLY", "byday": day, "opens_at": "09:00", "merge": True} for day in ("TU", "MO")]
    days += [{"id": "x", "freq": "MONTHLY", "byday": "1SA", "opens_at": "10:00"}]

    document = nested(
        "service",
        {"id": ID, "name": "x"},
        lambda key: [("service_id", "schedule", day) for day in days] if key == ID else [],
        lambda *_: None,
    )

    rules = {(rule["freq"], rule["byday"]) for rule in document["schedules"]}
    assert rules == {("MONTHLY", "1SA"), ("WEEKLY", "MO,TU")}
    assert all("merge" not in rule for rule in document["schedules"])


def test_the_standards_example_flattens_into_the_standards_tables() -> None:
    example = json.loads((hsds_standard.folder() / "examples" / "service_full.json").read_text(encoding="utf-8"))
    rows: Rows = {}

    flatten("service", example, rows)

    found = {kind: row for kind, row in completed(rows, {}) if kind in {"phone", "schedule", "contact", "language"}}
    assert found["phone"]["contact_id"] == found["contact"]["id"]
    assert found["phone"]["service_id"] == example["id"]
    assert found["phone"]["location_id"] == found["language"]["location_id"]
    assert found["schedule"]["opens_at"] == "10:00:00"
    assert all(not isinstance(value, list | dict) for row in found.values() for value in row.values())


def test_a_reference_into_nothing_is_left_out_and_a_row_that_needs_it_too() -> None:
    rows: Rows = {
        ("organization", ID): {"id": ID, "name": "x", "description": "y"},
        ("contact", OTHER): {"id": OTHER, "organization_id": ID, "service_id": "gone"},
        ("program", OTHER): {"id": OTHER, "organization_id": "gone", "name": "x", "description": "y"},
    }

    found = dict(completed(rows, {}))

    assert found["contact"] == {"id": OTHER, "organization_id": ID}
    assert "program" not in found


def an_address(**more: str) -> dict[str, Any]:
    usual = {"id": nested_id(ID, "address"), "address_1": "1 Road", "city": "Kolkata", "postal_code": "700001"}
    return {**usual, "state_province": "West Bengal", "country": "IN", "address_type": "physical", **more}


def test_an_address_of_ours_becomes_fields_and_any_other_stays_an_address() -> None:
    place = {"id": ID, "location_type": "physical"}

    ours = place_record({**place, "addresses": [an_address()]}, OTHER, lambda *_: 315)
    abroad = place_record({**place, "addresses": [an_address(country="US", postal_code="94063")]}, OTHER, lambda *_: 0)

    assert "hsds" not in ours
    assert (ours["address_1"], ours["postal_code"], ours["district"]) == ("1 Road", "700001", 315)
    assert abroad["hsds"]["addresses"][0]["country"] == "US"
    assert "postal_code" not in abroad


def test_hours_abroad_stay_as_they_are_and_nothing_is_free_unless_it_says_so() -> None:
    document = {
        "id": ID,
        "name": "x",
        "schedules": [{"id": OTHER, "freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}],
    }
    places = [{"addresses": [an_address(country="US")]}]

    abroad = service_record(document, OTHER, here=not is_abroad(places))
    here = service_record({**document, "fees_description": "None."}, OTHER, here=not is_abroad([]))

    assert abroad["hsds"]["schedules"] == document["schedules"]
    assert "schedules" not in abroad
    assert "cost" not in abroad
    assert here["schedules"][0]["rrule"] == "FREQ=WEEKLY;BYDAY=MO"
    assert here["cost"] == "free"


def test_hours_and_moments_that_are_none_are_kept_out_alone_and_those_written_otherwise_are_read() -> None:
    usual = {"id": OTHER, "freq": "WEEKLY", "byday": "MO"}
    hours = [
        {**usual, "opens_at": "9 am", "closes_at": "17:00"},
        {**usual, "opens_at": "25:99", "closes_at": "17:00"},
        {**usual, "opens_at": "09:00", "closes_at": "17:00", "valid_from": "soon"},
    ]
    faults = Faults()

    value = {"id": ID, "name": "x", "status": "active", "schedules": hours, "last_modified": "2024"}
    kept = cleaned("service", value, faults)

    assert kept is not None
    assert kept["schedules"] == [{**usual, "opens_at": "09:00", "closes_at": "17:00"}]
    assert {path for path, _ in faults.found} == {"schedules.1.opens_at", "schedules.2.valid_from", "last_modified"}


@pytest.mark.parametrize(("said", "told"), [("24:00", "00:00:00"), ("09:00-05:00", "09:00:00"), ("25:99", None)])
def test_a_time_of_a_table_is_one(said: str, told: str | None) -> None:
    rows: Rows = {}

    flatten("schedule", {"id": ID, "opens_at": said}, rows)

    assert rows["schedule", ID].get("opens_at") == told
