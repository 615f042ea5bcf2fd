"""Packages of HSDS 1.x and 2.x, sorted in the stage and put together again: nothing of them is lost or unknown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from directory_service.importing.domain.nesting import nested
from directory_service.importing.domain.older_files import resource_of
from directory_service.importing.outside.import_stage import Stage, new_stage
from directory_service.importing.outside.listing_files import SourceEntry
from directory_service.importing.use_cases.import_report import Report
from directory_service.importing.use_cases.import_staging import Staging
from directory_service.importing.use_cases.settle_import import settle_import

Tables = dict[str, list[dict[str, str]]]
SERVICE = {"id": "1", "organization_id": "1", "name": "Soup", "status": "active"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with new_stage() as made:
        yield made


def put_together(stage: Stage, tables: Tables) -> tuple[dict[str, Any], Report]:
    """The service of the tables, and what was said about the rest."""
    report = Report()
    staging = Staging(stage, report, "old")
    for table, rows in {"organizations": [{"id": "1", "name": "Owner"}], "services": [SERVICE], **tables}.items():
        for line, row in enumerate(rows, 2):
            staging.row(SourceEntry(table, row, f"{table}.csv:{line}"))
    settle_import(stage, staging.ledger, set(), lambda _: {})
    staged = stage.document("service", staging.keys.key("service", "1"))
    assert staged
    return nested("service", staged.body, stage.below, stage.part), report


def test_terms_of_version_two_and_what_hangs_on_eligibility_go_in(stage: Stage) -> None:
    service, report = put_together(
        stage,
        {
            "taxonomy_terms": [{"id": "t1", "term": "Food", "description": "To eat", "taxonomy": "own"}],
            "service_attributes": [{"id": "a1", "service_id": "1", "taxonomy_term_id": "t1"}],
            "eligibility": [{"id": "e1", "service_id": "1", "eligibility": "Adults", "minimum_age": "18"}],
            "other_attributes": [{"id": "o1", "link_id": "e1", "link_type": "eligibility", "taxonomy_term_id": "t1"}],
        },
    )

    assert not list(report.rejected), list(report.lines())
    assert (service["eligibility_description"], service["minimum_age"]) == ("Adults", 18)
    assert [each["taxonomy_term"]["name"] for each in service["attributes"]] == ["Food", "Food"]


def test_metadata_of_version_one_finds_what_it_is_about(stage: Stage) -> None:
    said = {"last_action_type": "update", "field_name": "name", "previous_value": "", "replacement_value": "Soup"}
    row = {"id": "m1", "resource_id": "1", "last_action_date": "2016-03-25T22:01:03Z", "updated_by": "ops", **said}

    service, report = put_together(stage, {"metadata": [row]})

    assert not list(report.rejected), list(report.lines())
    assert [each["last_action_date"] for each in service["metadata"]] == ["2016-03-25"]


def test_days_with_times_extensions_languages_and_daily_rules_are_read(stage: Stage) -> None:
    daily = {"id": "1", "service_id": "1", "freq": "DAILY", "opens_at": "09:00", "closes_at": "17:00"}
    service, report = put_together(
        stage,
        {
            "schedules": [{**daily, "valid_from": "2020-01-01T00:00:00Z"}, {**daily, "id": "2", "freq": "YEARLY"}],
            "phones": [{"id": "1", "service_id": "1", "number": "1", "extension": "ext. 12", "language": "bn, hi"}],
        },
    )

    assert not list(report.rejected), list(report.lines())
    assert (service["schedules"][0]["byday"], service["schedules"][0]["valid_from"]) == (
        "MO,TU,WE,TH,FR,SA,SU",
        "2020-01-01",
    )
    assert service["schedules"][1]["notes"] == "RRULE:FREQ=YEARLY"
    phone = service["phones"][0]
    assert (phone["extension"], [each["code"] for each in phone["languages"]]) == (12, ["bn", "hi"])


@pytest.mark.parametrize(
    "name",
    [
        "eligibility.csv",
        "regular_schedule.csv",
        "physical_address",
        "service_taxonomy",
        "other_attribute",
        "taxonomy_terms",
    ],
)
def test_files_of_every_version_are_known(name: str) -> None:
    assert resource_of(name)


def test_the_guide_names_every_file_and_column_that_is_read_in_another_shape() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")

    for word in ("eligibility.csv", "term", "taxonomy_detail", "link_type", "address_4", "number_type", "department"):
        assert f"`{word}`" in guide or f"{word}`" in guide
