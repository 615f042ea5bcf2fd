"""HSDS documents in, the same out."""

import json
from pathlib import Path
from typing import Any

import pytest

from directory_service.importing.use_cases import load_sample
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.hsds.moments import moment_faults
from directory_service.listings.domain.hsds.objects import faults
from directory_service.listings.domain.hsds.organizations import organization_basic
from directory_service.listings.domain.hsds.service_from_document import service_from
from directory_service.listings.domain.hsds.services import service_whole
from directory_service.listings.domain.hsds.taxonomies import ATTRIBUTES_TAXONOMY, term
from directory_service.listings.domain.records import ProviderListing
from support.hsds import standard as hsds_standard

PACKAGE = json.loads((Path(load_sample.FOLDER) / "directory.json").read_text(encoding="utf-8"))
OWNERS = {row["id"]: row for row in PACKAGE["organizations"]}
PLACES = {row["id"]: row for row in PACKAGE["places"]}


def whole(row: dict[str, Any]) -> dict[str, Any]:
    """The document of a service of the sample."""
    service = SERVICE_FIELDS.read(row)
    owner = ORGANIZATION_FIELDS.read(OWNERS[row["organization_id"]])
    places = [LOCATION_FIELDS.read(PLACES[each]) for each in row.get("places", [])]
    return service_whole(service, ProviderListing(owner, tuple(places), (service,)), places, organization_basic(owner))


@pytest.mark.parametrize("row", PACKAGE["services"], ids=lambda row: row["name"][:30])
def test_every_service_of_the_sample_comes_back_as_it_went_out(row: dict[str, Any]) -> None:
    document = whole(row)

    read = SERVICE_FIELDS.read(service_from(document))

    assert not list(faults("service", document))
    assert SERVICE_FIELDS.write(read) == SERVICE_FIELDS.write(SERVICE_FIELDS.read(row))


@pytest.mark.parametrize("code", ["admits_children_up_to", "serves_district"])
def test_a_number_of_thousands_of_digits_says_nothing(code: str) -> None:
    said = {"value": "9" * 5_000, "taxonomy_term": term(ATTRIBUTES_TAXONOMY, code)}

    assert service_from({"id": PACKAGE["services"][0]["id"], "attributes": [said]}) == {
        "id": PACKAGE["services"][0]["id"]
    }


def test_the_standards_own_example_keeps_all_that_it_says() -> None:
    example = json.loads((hsds_standard.folder() / "examples" / "service_full.json").read_text())

    record = service_from(example)
    read = SERVICE_FIELDS.read({key: value for key, value in record.items() if key != "places"})
    owner = ORGANIZATION_FIELDS.read(
        {"id": example["organization"]["id"], "kind": "provider", "district": 1, "name": "x"}
    )
    document = service_whole(read, ProviderListing(owner, (), (read,)), [], example["organization"])

    ours = {"service_at_locations", "last_modified", "metadata"}
    said = document.pop("attributes")
    assert all(attribute in said for attribute in example.pop("attributes"))
    assert {key: document.get(key) for key in example if key not in ours} == {
        key: value for key, value in example.items() if key not in ours
    }
    hsds_standard.check("service", document)


@pytest.mark.parametrize(
    ("schedule", "rule"),
    [
        ({"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00:00"}, "FREQ=WEEKLY;BYDAY=MO,TU"),
        (
            {"freq": "MONTHLY", "byday": "1SA", "opens_at": "09:00+05:30", "closes_at": "10:00+05:30"},
            "FREQ=MONTHLY;BYDAY=1SA",
        ),
        (
            {
                "freq": "WEEKLY",
                "interval": 2,
                "byday": "FR",
                "opens_at": "09:00",
                "closes_at": "10:00",
                "timezone": 5.5,
            },
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        ),
        (
            {"freq": "WEEKLY", "byday": "MO", "interval": 2, "wkst": "SU", "opens_at": "09:00", "closes_at": "17:00"},
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO",
        ),
    ],
)
def test_a_schedule_becomes_a_rule(schedule: dict[str, Any], rule: str) -> None:
    record = service_from({"id": "x", "schedules": [{"id": "y", **schedule}]})

    assert record["schedules"][0]["rrule"] == rule
    assert "hsds" not in record


@pytest.mark.parametrize(
    "schedule",
    [
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00Z", "closes_at": "17:00Z"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00", "timezone": 0},
        {"freq": "WEEKLY", "byweekno": "3", "opens_at": "09:00", "closes_at": "17:00"},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00", "count": 3},
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00", "until": "soon"},
        {
            "freq": "WEEKLY",
            "opens_at": "09:00",
            "closes_at": "17:00",
            "dtstart": "2026-11-24",
            "valid_from": "2026-11-25",
        },
        {"freq": "MONTHLY", "byday": "9MO", "opens_at": "09:00", "closes_at": "17:00", "notes": "Ring first."},
        {"freq": "WEEKLY", "byday": "MO", "bymonthday": "1", "opens_at": "09:00", "closes_at": "17:00"},
        {"description": "By appointment"},
    ],
)
def test_a_schedule_that_no_rule_of_ours_can_say_is_kept_word_for_word(schedule: dict[str, Any]) -> None:
    record = service_from({"id": "x", "schedules": [schedule]})

    assert record["schedules"] == []
    assert record["hsds"]["schedules"] == [schedule]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"notes": "Ring first.", "attending_type": "in person", "schedule_link": "https://ngo.example"}, {}),
        ({"until": "2026-12-31"}, {"valid_to": "2026-12-31"}),
        ({"until": "2026-12-31", "valid_to": "2026-11-30"}, {"valid_to": "2026-11-30"}),
        (
            {"dtstart": "2026-12-02", "interval": 2},
            {"valid_from": "2026-12-02", "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"},
        ),
        ({"dtstart": "2026-12-02", "valid_from": "2027-01-01"}, {"valid_from": "2027-01-01"}),
        ({"wkst": "SU"}, {}),
        ({"closes_at": "23:59:59"}, {"closes_at": "23:59"}),
        ({"closes_at": "24:00"}, {"closes_at": "23:59"}),
        ({"description": "x" * 501}, {}),
    ],
)
def test_hours_that_say_more_than_a_rule_are_a_rule_and_kept_word_for_word(
    more: dict[str, Any], rule: dict[str, Any]
) -> None:
    schedule = {"id": "y", "freq": "WEEKLY", "byday": "WE", "opens_at": "20:00", "closes_at": "02:00", **more}

    record = service_from({"id": "x", "schedules": [schedule]})

    usual = {"rrule": "FREQ=WEEKLY;BYDAY=WE", "opens_at": "20:00", "closes_at": "02:00"}
    assert record["schedules"] == [{**usual, **rule}]
    assert record["hsds"]["schedules"] == [schedule]


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("schedule", {"opens_at": "25:00"}),
        ("schedule", {"closes_at": "9 am"}),
        ("schedule", {"valid_from": "2026-13-01"}),
        ("schedule", {"until": "soon"}),
        ("cost_option", {"valid_to": "2026-02-30"}),
    ],
)
def test_hours_and_dates_that_are_none_are_named(kind: str, fault: dict[str, str]) -> None:
    row = {"id": "21204aa5-1387-5e70-92a3-91f6fc0deb3d", **fault}
    [found] = moment_faults("service", {f"{kind}s": [row]})

    assert {found.path} == {f"{kind}s.0.{name}" for name in fault}
    assert found.detail.startswith("must be a ")
    assert list(faults(kind, row)) == []  # what was stored before is still read
