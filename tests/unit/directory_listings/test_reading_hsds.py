"""HSDS documents in, the same out."""

import json
from pathlib import Path
from typing import Any

import pytest

import hsds_standard
from directory_service.domain.hsds.objects import faults
from directory_service.domain.hsds.organizations import organization_basic
from directory_service.domain.hsds.reading import service_from
from directory_service.domain.hsds.services import service_whole
from directory_service.domain.records import Listing
from directory_service.use_cases import load_sample
from directory_service.use_cases.listing_records import (
    read_organization,
    read_place,
    read_service,
    write_service,
)

PACKAGE = json.loads((Path(load_sample.FOLDER) / "directory.json").read_text(encoding="utf-8"))
OWNERS = {row["id"]: row for row in PACKAGE["organizations"]}
PLACES = {row["id"]: row for row in PACKAGE["places"]}


def whole(row: dict[str, Any]) -> dict[str, Any]:
    """The document of a service of the sample."""
    service = read_service(row)
    owner = read_organization(OWNERS[row["organization_id"]])
    places = [read_place(PLACES[each]) for each in row.get("places", [])]
    return service_whole(service, Listing(owner, tuple(places), (service,)), places, organization_basic(owner))


@pytest.mark.parametrize("row", PACKAGE["services"], ids=lambda row: row["name"][:30])
def test_every_service_of_the_sample_comes_back_as_it_went_out(row: dict[str, Any]) -> None:
    document = whole(row)

    read = read_service(service_from(document))

    assert not list(faults("service", document))
    assert write_service(read) == write_service(read_service(row))


def test_the_standards_own_example_keeps_all_that_it_says() -> None:
    example = json.loads((hsds_standard.folder() / "examples" / "service_full.json").read_text())

    record = service_from(example)
    read = read_service({key: value for key, value in record.items() if key != "places"})
    owner = read_organization({"id": example["organization"]["id"], "kind": "provider", "district": 1, "name": "x"})
    document = service_whole(read, Listing(owner, (), (read,)), [], example["organization"])

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
        {"description": "By appointment"},
    ],
)
def test_a_schedule_that_no_rule_of_ours_can_say_is_kept_word_for_word(schedule: dict[str, Any]) -> None:
    record = service_from({"id": "x", "schedules": [schedule]})

    assert record["schedules"] == []
    assert record["hsds"]["schedules"] == [schedule]
