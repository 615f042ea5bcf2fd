"""A directory that is only a table goes in by a mapping file."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.importing.domain.bad_value import BadValue
from directory_service.importing.domain.plain_table import rows_of
from directory_service.importing.domain.table_mapping import mapping_from
from directory_service.importing.outside.unreadable import CannotRead
from support.hsds import standard as hsds_standard
from support.hsds.changes import (
    Copy,
    walked,
)
from support.importing import (
    said,
    take,
    write_table,
)
from support.listings import Directory

MAPPING = """
source = "state-list"
key = "Reg No"
[organization]
name = "NGO"
[service]
name = "Centre"
phone = "Mobile"
languages = "Languages"
weekdays = "Days"
opens_at = "From"
closes_at = "To"
status = { value = "active" }
[location]
name = "Centre"
[address]
address_1 = "Address"
city = "Town"
region = "District"
state_province = "State"
postal_code = "PIN"
[[terms]]
column = "Type"
separator = ";"
taxonomy = "harm-reduction-in/needs"
codes = { "OST centre" = "OST", "ICTC" = "TESTING" }
[[terms]]
column = "Scheme"
taxonomy = "state-schemes"
codes = { "NAPDDR" = "napddr" }
"""


def a_line(key: str, **more: str) -> dict[str, Any]:
    usual = {
        "Reg No": key,
        "NGO": "Nodi Trust",
        "Centre": f"Centre {key}",
        "Mobile": "+91 00000 00001",
        "Languages": "bn, hi",
        "Days": "Mon-Fri",
        "From": "9 am",
        "To": "17:30",
        "Address": "1 Open Road",
        "Town": "Kolkata",
        "District": "Kolkata",
        "State": "West Bengal",
        "PIN": "700001",
        "Type": "OST centre; ICTC",
        "Scheme": "NAPDDR",
    }
    return usual | more


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def test_each_line_becomes_a_service_with_its_place_needs_and_hours(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, mapping: Path
) -> None:
    path = write_table(tmp_path / "list.csv", [a_line("A1"), a_line("A2", NGO="Other Trust")])

    report = take(directory, path, mapping=mapping)

    assert report.summary() == "added 6 changed 0 removed 0 unchanged 0 rejected 0", said(report)
    page = visitor.get("/api/services?full=true").get_json()
    hsds_standard.check_page("service", page)
    document = next(each for each in page["contents"] if each["name"] == "Centre A1")
    assert document["phones"][0]["number"] == "+91 00000 00001"
    assert {each["code"] for each in document["languages"]} == {"bn", "hi"}
    schedule = document["schedules"][0]
    assert schedule["byday"] == "MO,TU,WE,TH,FR"
    assert (schedule["opens_at"][:5], schedule["closes_at"][:5]) == ("09:00", "17:30")
    terms = {(each["taxonomy_term"].get("taxonomy"), each["taxonomy_term"]["code"]) for each in document["attributes"]}
    assert {
        ("harm-reduction-in/needs", "OST"),
        ("harm-reduction-in/needs", "TESTING"),
        ("state-schemes", "napddr"),
        ("harm-reduction-in/attributes", "serves_district"),
    } <= terms
    address = document["service_at_locations"][0]["location"]["addresses"][0]
    assert (address["city"], address["postal_code"], address["country"]) == ("Kolkata", "700001", "IN")


def test_the_last_line_of_a_key_wins_and_the_earlier_one_is_reported(
    directory: Directory, tmp_path: Path, mapping: Path
) -> None:
    path = write_table(tmp_path / "list.csv", [a_line("A1"), a_line("A2"), a_line("A1", Centre="Later", Mobile="1234")])

    report = take(directory, path, mapping=mapping)

    assert report.summary() == "added 5 changed 0 removed 0 unchanged 0 rejected 1", said(report)
    assert next(iter(report.rejected)).where == "list.csv:2"
    assert next(iter(report.rejected)).kind == "duplicate"
    assert "list.csv:4, which is kept" in said(report)
    alone = write_table(tmp_path / "alone.csv", [a_line("A2"), a_line("A1", Centre="Later", Mobile="1234")])
    assert take(directory, alone, mapping=mapping).summary().startswith("added 0 changed 0 removed 0 unchanged 5")


def test_an_organisation_and_its_service_of_one_name_have_a_phone_each(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, mapping: Path
) -> None:
    own = mapping.read_text(encoding="utf-8").replace('name = "NGO"', 'name = "NGO"\nphone = "Office"')
    mapping.write_text(own, encoding="utf-8")
    path = write_table(tmp_path / "list.csv", [a_line("Nodi Trust", Office="+91 00000 00002")])

    report = take(directory, path, mapping=mapping)

    assert report.rows["rejected"] == 0, said(report)
    (document,) = visitor.get("/api/services?full=true").get_json()["contents"]
    assert [each["number"] for each in document["phones"]] == ["+91 00000 00001"]
    assert [each["number"] for each in document["organization"]["phones"]] == ["+91 00000 00002"]


@pytest.mark.parametrize(
    "geo", ["88.3986°E, 22.5657°N", "22.5657N 88.3986E", "22.5657, 88.3986", "88.3986E; 22.5657", "88.3986, 22.5657°n"]
)
def test_the_letters_of_a_point_say_which_is_its_latitude(geo: str) -> None:
    assert point_of(geo) == ("22.5657", "88.3986")


def test_a_point_of_two_latitudes_is_none() -> None:
    with pytest.raises(BadValue, match="no latitude and longitude"):
        point_of("22.5657N, 88.3986N")


def point_of(geo: str) -> tuple[str, str]:
    said = {"key": "No", "organization": {"name": "NGO"}, "service": {"name": "NGO"}, "location": {"geo": "Point"}}
    rows = rows_of(mapping_from(said), {"No": "1", "NGO": "Nodi", "Point": geo}, lambda _, __: 0)
    place = next(row for kind, row in rows if kind == "location")
    return place["latitude"], place["longitude"]


def test_a_first_line_with_too_few_cells_lacks_no_column(directory: Directory, tmp_path: Path, mapping: Path) -> None:
    path = write_table(tmp_path / "list.csv", [a_line("A1", Scheme=""), a_line("A2")])
    path.write_text(path.read_text(encoding="utf-8").replace(",\n", "\n", 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8").splitlines()[1].endswith("OST centre; ICTC")

    assert take(directory, path, mapping=mapping).rows["rejected"] == 0


def test_a_bad_line_is_named_and_what_is_stored_of_it_stays(
    directory: Directory, tmp_path: Path, mapping: Path
) -> None:
    take(directory, write_table(tmp_path / "list.csv", [a_line("A1"), a_line("A2"), a_line("A3")]), mapping=mapping)

    second = [
        a_line("A1", Type="Magic"),
        a_line("A2", From="noon-ish", Days="Feb"),
        a_line("", Centre="No key"),
        a_line("A4"),
    ]
    report = take(directory, write_table(tmp_path / "list.csv", second), mapping=mapping)

    assert report.summary() == "added 2 changed 0 removed 2 unchanged 1 rejected 3", said(report)  # A3 and its place
    assert "Type: 'Magic' is not in the mapping's codes" in said(report)

    third = [a_line("A1"), a_line("A2"), a_line("A1", Centre=""), a_line("A4"), a_line("A5", NGO="Alone", Centre="")]
    again = take(directory, write_table(tmp_path / "list.csv", third), mapping=mapping)

    assert again.summary() == "added 0 changed 0 removed 0 unchanged 7 rejected 2", said(again)  # no "Alone", A1 whole
    assert [row.where for row in again.rejected] == ["list.csv:4", "list.csv:6"]
    assert "list.csv:4" in said(report)


UNUSABLE = (
    ("key = 1", "key: names the column"),
    ('key = "Reg No"\n[service]\nname = "Centre"', r"organization\.name: is needed"),
    ('key = "Reg No"\n[service]\nnaem = "Centre"', r"service\.naem: unknown, perhaps name"),
    ('key = "Reg No"\n[colour]\nname = "x"', "colour: unknown"),
    ("key = ", "is not a mapping"),
    ('key = "Number"\n[service]\nname = "Centre"\n[organization]\nname = "NGO"', "lacks the columns Number"),
)


def test_a_mapping_that_cannot_be_used_is_refused_in_words(directory: Directory, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    table = write_table(tmp_path / "list.csv", [a_line("A1")])

    for mistaken, reason in UNUSABLE:
        mapping.write_text(mistaken)
        with pytest.raises(CannotRead, match=reason):
            take(directory, table, mapping=mapping)


def test_a_plain_table_without_a_mapping_is_refused(directory: Directory, tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="a plain table needs --mapping"):
        take(directory, write_table(tmp_path / "list.csv", [a_line("A1")]))


def test_an_organisation_under_another_name_keeps_its_centres_and_a_centre_may_go_to_another(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, mapping: Path
) -> None:
    """By name alone the renamed organisation is another one; its lines are the same, and said to be changed."""
    before = [a_line(f"A{number}", NGO=("Nodi Trust", "Alo Trust")[number % 2]) for number in range(8)]
    after = [{**line, "NGO": line["NGO"].replace("Nodi Trust", "Nodi Society")} for line in before]
    after[1]["NGO"] = "Nodi Society"  # and from the one to the other
    reader = Copy(visitor)
    take(directory, write_table(tmp_path / "list-2024-01.csv", before), mapping=mapping)
    reader.catch_up()

    rehearsal = take(directory, write_table(tmp_path / "list-2024-02.csv", after), mapping=mapping, dry=True)
    report = take(directory, tmp_path / "list-2024-02.csv", mapping=mapping)
    again = take(directory, tmp_path / "list-2024-02.csv", mapping=mapping)

    assert report.summary() == "added 1 changed 10 removed 1 unchanged 7 rejected 0", said(report)
    assert rehearsal.summary() == report.summary()
    assert again.summary() == "added 0 changed 0 removed 0 unchanged 18 rejected 0", said(again)
    shown = {each["name"]: each for each in visitor.get("/api/organizations?full=true").get_json()["contents"]}
    assert {name: len(each["services"]) for name, each in shown.items()} == {"Nodi Society": 5, "Alo Trust": 3}
    assert {name: len(each["locations"]) for name, each in shown.items()} == {"Nodi Society": 5, "Alo Trust": 3}
    assert visitor.get("/api/services").get_json()["total_items"] == 8
    assert reader.catch_up().documents == walked(visitor)


def test_a_confidential_place_does_not_change_hands_by_a_file_nor_go_with_the_name(
    directory: Directory, tmp_path: Path, mapping: Path
) -> None:
    take(directory, write_table(tmp_path / "list.csv", [a_line("A1"), a_line("A2")]), mapping=mapping)
    with directory.worker.transaction() as session:
        session.execute(text("UPDATE location SET confidential = true"))
    renamed = write_table(tmp_path / "list-2.csv", [a_line("A1", NGO="Other"), a_line("A2", NGO="Other")])

    rehearsal = take(directory, renamed, mapping=mapping, dry=True)
    report = take(directory, renamed, mapping=mapping)

    assert report.summary() == "added 1 changed 0 removed 0 unchanged 0 rejected 4", said(report)
    assert rehearsal.summary() == report.summary()
    assert "this place belongs to another organisation" in said(report)
    with directory.worker.transaction() as session:
        kept = session.scalar(text("SELECT count(*) FROM service WHERE public AND deleted_at IS NULL"))
    assert kept == 2
