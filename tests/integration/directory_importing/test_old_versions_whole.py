"""HSDS 1.1 and 2.0 whole: every column of every published table, filled, is in the answers or named as left out."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from support.importing import said, take
from support.listings import Directory

LISTS = Path(__file__).with_name("published_fields.txt")
#: Values that have a form; every other text is "table.column of VERSION".
FORMS = {
    "email": "office@example.org",
    "url": "https://example.org/x",
    "year_incorporated": "1998-04-01",
    "status": "active",
    "latitude": "22.5",
    "longitude": "88.3",
    "number": "+91 33 4000 0001",
    "extension": "12",
    "type": "voice",
    "country": "IN",
    "postal_code": "700001",
    "weekday": "Monday",
    "opens_at": "09:30",
    "closes_at": "17:15",
    "closed": "false",
    "start_date": "2026-10-02T00:00:00Z",
    "end_date": "2026-10-03 00:00:00",
    "valid_from": "2026-01-05T00:00:00",
    "valid_to": "2026-12-28T23:59:59Z",
    "dtstart": "2026-01-05T09:30:00",
    "until": "2026-12-21T00:00:00Z",
    "timezone": "5.5",
    "count": "9",
    "wkst": "MO",
    "freq": "WEEKLY",
    "interval": "2",
    "byday": "TU",
    "byweekno": "7",
    "bymonthday": "11",
    "byyearday": "45",
    "last_action_date": "2026-03-04T05:06:07Z",
    "last_action_type": "update",
}
#: What version 3 has no place for.
LEFT_OUT = {"payment_accepted.payment", "meta_table_description.name", "meta_table_description.language"}
LEFT_OUT |= {"meta_table_description.character_set"}
#: Dates that came with a time of day.
SAID_DAYS = {
    "1.1": {"valid_from": "2026-10-02", "valid_to": "2026-10-03"},
    "2.0": {"valid_from": "2026-01-05", "valid_to": "2026-12-28", "dtstart": "2026-01-05", "until": "2026-12-21"},
}


@dataclass(frozen=True)
class PublishedTable:
    version: str
    file: str
    name: str
    columns: tuple[str, ...]


def published(version: str) -> Iterator[PublishedTable]:
    for line in LISTS.read_text(encoding="utf-8").splitlines():
        head, _, columns = line.partition(": ")
        known, file, name = head.split()
        if known == version:
            yield PublishedTable(known, file, name, tuple(columns.split()))


#: The rows that a row of a table belongs to; of the others every column that ends in `_id` names its row.
BELONGS_TO = {
    "phone": "service_id",
    "contact": "service_at_location_id",
    "language": "service_id",
    "regular_schedule": "service_id",
    "holiday_schedule": "service_id",
    "schedule": "service_id",
    "funding": "organization_id",
}
NAMED = {"resource_id": "service-1", "resource_type": "service", "link_type": "location", "link_id": "location-1"}
TERMS = {"1.1": "taxonomy-1", "2.0": "taxonomy_term-1"}
BLANK = {"parent_id", "parent_name"}


def value_of(table: PublishedTable, column: str) -> str:
    if column in BLANK:
        return ""
    if column == "id":
        return f"{table.name}-1"
    if column in {"taxonomy_id", "taxonomy_ids", "taxonomy_term_id"}:
        return TERMS[table.version]
    if column == "language" and table.name in {"phone", "language", "taxonomy_term"}:
        return "hi"
    if column.endswith("_id") and column not in NAMED:
        return f"{column.removesuffix('_id')}-1" if BELONGS_TO.get(table.name, column) == column else ""
    return NAMED.get(column) or FORMS.get(column) or f"{table.name}.{column} of {table.version}"


def write(table: PublishedTable, folder: Path) -> dict[str, str]:
    row = {column: value_of(table, column) for column in table.columns}
    with (folder / f"{table.file}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.columns)
        writer.writeheader()
        writer.writerow(row)
    return row


def everything(visitor: FlaskClient) -> str:
    paths = ("services?full=true&", "organizations?full=true&", "service_at_locations?full=true&", "taxonomy_terms?")
    return "".join(visitor.get(f"/api/{path}format=ndjson", buffered=True).text for path in paths)


@pytest.mark.parametrize("version", ["1.1", "2.0"])
def test_every_published_column_is_in_the_answers_or_named(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, version: str
) -> None:
    rows = {table.name: write(table, tmp_path) for table in published(version)}

    report = take(directory, tmp_path, source="old")

    assert not report.rejected, said(report)
    answers = everything(visitor)
    texts = [value for row in rows.values() for value in row.values() if value.endswith(f" of {version}")]
    assert {text.partition(" ")[0] for text in texts if text not in answers} == LEFT_OUT
    assert {each.where for each in report.notes} == {"payments_accepted.csv", "meta_table_descriptions.csv"}
    [service] = visitor.get("/api/services?full=true&language=hi").get_json()["contents"]
    assert service["metadata"][0]["last_action_date"] == "2026-03-04"
    term = rows["taxonomy"]["name"] if version == "1.1" else rows["taxonomy_term"]["term"]
    assert service["attributes"][0]["taxonomy_term"]["name"] == term
    for name, day in SAID_DAYS[version].items():
        assert service["schedules"][0][name] == day
