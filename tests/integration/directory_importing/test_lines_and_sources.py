"""Lines that stand twice, files that are called alike, dates of spreadsheets, and what a row that is kept out holds."""

import json
import re
import tomllib
import zipfile
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from directory_service.importing.domain.plain_table import rows_of
from directory_service.importing.domain.table_mapping import BadMapping, mapping_from
from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.outside.workbook_cells import as_text
from directory_service.listings.domain.older_words import listed
from support.importing import as_json, said, take, write_json, write_table
from support.listings import Directory

MAPPING = """
key = "No"
[organization]
name = "NGO"
[service]
name = "Centre"
assured_date = { column = "Seen", format = "%d/%m/%Y" }
[location]
name = "Hall"
[address]
address_1 = "Street"
city = "Town"
state_province = "State"
postal_code = "PIN"
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING)
    return path


def a_line(key: str, **more: str) -> dict[str, Any]:
    usual = {"No": key, "NGO": "Nodi", "Centre": f"Centre {key}", "Seen": "", "Hall": "", "Street": "", "Town": ""}
    return usual | {"State": "", "PIN": ""} | more


def test_a_line_that_is_replaced_leaves_nothing_behind(directory: Directory, tmp_path: Path, mapping: Path) -> None:
    first = a_line("1", NGO="Gone Society", Hall="Old hall", Street="1 Road", Town="Kolkata")
    table = write_table(tmp_path / "clinics.csv", [first, a_line("2"), a_line("1")])

    report = take(directory, table, mapping=mapping)

    records, _, rows = report.last_line().partition("; ")
    assert records == "added 3 changed 0 removed 0 unchanged 0 rejected 1"
    assert rows == "rows read 3 added 2 changed 0 removed 0 unchanged 0 rejected 1"
    assert report.by_type["location", "added"] == 0
    assert report.by_type["organization", "added"] == 1


def test_a_file_that_is_called_alike_is_asked_what_it_is(directory: Directory, tmp_path: Path, mapping: Path) -> None:
    take(directory, write_table(tmp_path / "clinics.csv", [a_line("1"), a_line("2")]), mapping=mapping)
    other = write_table(tmp_path / "clinics-2.csv", [a_line("1", Centre="A"), a_line("2", Centre="B")])

    with pytest.raises(CannotRead, match="--source clinics if it is the next edition of that, or --source and another"):
        take(directory, other, mapping=mapping)
    edition = take(directory, other, mapping=mapping, source="clinics", dry=True)
    another = take(directory, other, mapping=mapping, source="clinics-west")

    assert (edition.counts["added"], edition.counts["changed"]) == (0, 2), said(edition)
    assert (another.counts["added"], another.counts["changed"]) == (3, 0), said(another)


@pytest.mark.parametrize("cell", ["05/03/2026", datetime(2026, 3, 5), datetime(2026, 3, 5, 14, 30)])  # noqa: DTZ001 # as a spreadsheet has it
def test_a_true_date_of_a_spreadsheet_needs_no_format(cell: object) -> None:
    line = a_line("1", Seen=cell if isinstance(cell, str) else as_text(cell))

    rows = dict(rows_of(mapping_from(tomllib.loads(MAPPING)), line, lambda _, __: 0))

    assert rows["service"]["assured_date"] == "2026-03-05"


@pytest.mark.parametrize(("pin", "country"), [("700 001", "IN"), ("94102", None)])
def test_a_country_that_nothing_tells_is_not_filled_in(pin: str, country: str | None) -> None:
    line = a_line("1", Street="1 Road", Town="Kolkata", State="West Bengal", PIN=pin)

    rows = dict(rows_of(mapping_from(tomllib.loads(MAPPING)), line, lambda _, __: 0))

    assert rows.get("address", {}).get("country") == country
    assert ("address_in_part" in rows["location"]) is (country is None)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("cost=frei", "cost=frei: cost is one of cost=free, cost=low_cost, cost=charged"),
        ("cost", "cost: cost is one of"),
        ("serves_gender=women", "serves_gender=women: serves_gender is one of serves_gender=woman"),
        ("female_staff=yes", "female_staff=yes: female_staff is one of female_staff, female_staff=true"),
    ],
)
def test_a_code_with_a_value_that_means_nothing_is_a_mistake_of_the_mapping(code: str, fault: str) -> None:
    terms = f'[[terms]]\ncolumn = "No"\ntaxonomy = "harm-reduction-in/attributes"\ncodes = {{ "x" = "{code}" }}\n'
    with pytest.raises(BadMapping, match=fault):
        mapping_from(tomllib.loads(MAPPING + terms))


def test_two_files_of_one_name_in_a_zip_are_told_apart(directory: Directory, tmp_path: Path) -> None:
    path = tmp_path / "county.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for folder in ("north", "south"):
            archive.writestr(f"{folder}/bodies.json", json.dumps([{"id": f"{folder}-1", "name": 5, "description": ""}]))
        archive.writestr("north/more.json", json.dumps([{"id": "more", "name": "Body", "description": "x"}]))

    report = take(directory, path)

    assert {each["where"].rpartition(":")[0] for each in as_json(report)["rejected"]} == {
        "north/bodies.json",
        "south/bodies.json",
    }
    assert report.rows["rejected"] == 2


def test_what_stands_in_a_document_that_is_kept_out_has_not_left_the_file(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    owner = {"id": "o1", "name": "Owner", "description": "Owns."}
    hall = {"id": "l1", "location_type": "physical", "name": "Hall"}
    service = {"id": "s1", "name": "Soup", "status": "active", "organization": owner}
    service |= {"service_at_locations": [{"id": "a1", "location": hall}]}
    others = [{"id": f"o{at}", "name": f"Body {at}", "description": "x"} for at in range(2, 30)]
    take(directory, write_json(tmp_path / "list.json", [service, *others]))

    broken = {**service, "alert": "\ud800"}
    report = take(directory, write_json(tmp_path / "list.json", [broken, *others]), source="list")

    assert report.rows["rejected"] == 1, said(report)
    assert report.counts["removed"] == 0
    assert visitor.get("/api/services").get_json()["total_items"] == 1


@given(st.text("ab,;()", max_size=12))
def test_a_list_is_cut_where_no_bracket_closes_behind(text: str) -> None:
    assert list(listed(text)) == [each.strip() for each in re.split(r"[,;](?![^()]*\))", text) if each.strip()]


def test_a_long_cell_takes_no_longer_than_its_length() -> None:
    begun = process_time()

    assert sum(1 for _ in listed("a," * 200_000)) == 200_000
    assert process_time() - begun < 5  # seconds; a look behind each comma would take minutes
