"""Words of older directories as HSDS 3 writes them."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from directory_service.importing.domain.bad_value import BadValue
from directory_service.importing.domain.older_rows import modern
from directory_service.importing.domain.row_ids import key_of
from directory_service.importing.outside.json_stream import (
    ONE,
    REST,
    NotJson,
    stream_json_items,
)
from directory_service.listings.domain.older_words import (
    date_of,
    is_free,
    listed,
    time_of,
    weekdays_of,
)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("08:00", "08:00"),
        ("8:5", None),
        ("9am", "09:00"),
        ("4:00 PM", "16:00"),
        ("12 am", "00:00"),
        ("12pm", "12:00"),
        ("3 p.m.", "15:00"),
        ("1730", "17:30"),
        ("24:00", "00:00"),
        ("25:00", None),
        ("13 pm", None),
        ("noon", None),
        ("", None),
    ],
)
def test_times(text: str, time: str | None) -> None:
    assert time_of(text) == time


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday", ["MO"]),
        ("tues", ["TU"]),
        ("SU", ["SU"]),
        ("1", ["MO"]),
        ("7", ["SU"]),
        ("0", ["SU"]),
        ("Mon-Fri", ["MO", "TU", "WE", "TH", "FR"]),
        ("Sat to Mon", ["MO", "SA", "SU"]),
        ("Mon, Wed", ["MO", "WE"]),
        ("Someday", None),
        ("", None),
    ],
)
def test_weekdays(text: str, days: list[str] | None) -> None:
    assert weekdays_of(text) == days


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("12/24/2015", "2015-12-24"),
        ("12/24/15", "2015-12-24"),
        ("January 01, 1970", "1970-01-01"),
        ("2020-02-30", None),
        ("soon", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert date_of(text) == date


def test_lists_keep_what_stands_in_brackets_together() -> None:
    found = list(listed("Chinese (Mandarin, simplified), Thai;Urdu, "))

    assert found == ["Chinese (Mandarin, simplified)", "Thai", "Urdu"]


def test_free_is_only_what_says_so_and_nothing_more() -> None:
    assert is_free("None.")
    assert is_free("Free of charge")
    assert not is_free("None. Donations requested of clients who can afford it.")
    assert not is_free("")


def test_a_number_has_the_same_key_in_every_edition_and_another_in_every_directory() -> None:
    assert key_of("county", "service", "7") == key_of("county", "service", " 7 ")
    assert key_of("county", "service", "7") != key_of("city", "service", "7")
    assert key_of("county", "service", "7") != key_of("county", "location", "7")
    own = "AC148810-D857-441C-9679-408F346DE14B"
    assert key_of("county", "service", own) == own.lower()


def test_a_service_of_the_first_version_becomes_rows_of_the_third() -> None:
    row = {
        "id": "22",
        "location_id": "22",
        "name": "Passports",
        "required_documents": "Passport, Proof (old, new)",
        "service_areas": "Colma",
        "taxonomy_ids": "105, 108",
        "website": "www.example.org",
        "status": "",
        "fees": "$5",
    }

    rows: list[tuple[str, dict[str, Any]]] = list(modern("services", "service", row))

    by_kind = {kind: [row for each, row in rows if each == kind] for kind, _ in rows}
    assert [each["document"] for each in by_kind["required_document"]] == ["Passport", "Proof (old, new)"]
    assert [each["taxonomy_term_id"] for each in by_kind["attribute"]] == ["105", "108"]
    assert by_kind["service_at_location"][0]["location_id"] == "22"
    service = by_kind["service"][0]
    assert service["url"] == "http://www.example.org"
    assert service["status"] == "active"
    assert service["fees_description"] == "$5"


def test_a_row_of_the_third_version_stays_as_it_is() -> None:
    row = {"id": "x", "service_id": "y", "freq": "WEEKLY", "byday": "MO", "opens_at": "10:00:00"}

    assert list(modern("schedules", "schedule", row)) == [("schedule", row)]


def test_a_date_that_is_none_is_a_bad_value() -> None:
    with pytest.raises(BadValue, match="date_incorporated: 'long ago' is not a date"):
        list(modern("organizations", "organization", {"id": "1", "name": "x", "date_incorporated": "long ago"}))


@given(some.lists(some.dictionaries(some.text(max_size=5), some.text() | some.integers() | some.none(), max_size=4)))
def test_a_list_is_read_an_item_at_a_time_whatever_is_in_it(values: list[Any]) -> None:
    text = json.dumps({"page": 1, "contents": values, "total_pages": 7}, indent=1)

    found = list(stream_json_items(io.StringIO(text)))

    assert [each.value for each in found if each.container == "contents"] == values
    assert found[-1].container == REST
    assert found[-1].value == {"page": 1, "total_pages": 7}
    assert [each.value for each in stream_json_items(io.StringIO(json.dumps(values)))] == values


def test_lines_are_counted_where_an_item_begins() -> None:
    found = list(stream_json_items(io.StringIO('[\n{"a":\n1},\n\n{"b": 2}\n]\n')))

    assert [each.line for each in found] == [2, 5]


def test_a_document_is_told_from_a_list() -> None:
    assert [each.container for each in stream_json_items(io.StringIO('{"id": "x", "services": [1]}'))] == [ONE]
    assert [each.container for each in stream_json_items(io.StringIO('{"services": [1]}'))] == ["services", REST]


@pytest.mark.parametrize("text", ["", "[1, 2", "[1 2]", '{"a" 1}', "[1] 2", "nonsense", '{"contents": [}'])
def test_what_is_no_json_is_told_with_its_line(text: str) -> None:
    with pytest.raises(NotJson, match=r"\(line 1\)"):
        list(stream_json_items(io.StringIO(text)))


def test_a_number_at_the_edge_of_a_block_is_read_whole() -> None:
    class Drops(io.StringIO):
        def read(self, _: int | None = None) -> str:
            return super().read(1)

    assert [each.value for each in stream_json_items(Drops("[123, 456]"))] == [123, 456]
