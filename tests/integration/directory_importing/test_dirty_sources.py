"""Directories as they lie about, written for this test: what goes in and what is kept out is counted exactly.

`sources/` has tables of HSDS 1.x and 2.x, an export of a 211 and a state's list of hospitals, each with the faults that
such files have.
"""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from support.importing import as_json, said, take, write_table
from support.listings import Directory

SOURCES = Path(__file__).parent / "sources"
CASES: dict[str, tuple[str, str, set[str]]] = {
    "dirty-1x": (
        "added 8 changed 0 removed 0 unchanged 0 rejected 15",
        "rows read 28 taken 13 rejected 15",
        {
            *("organizations.csv:3 2", "organizations.csv:4 3", "organizations.csv:6 4", "organizations.csv:7 5"),
            *("phones.csv:4 42", "phones.csv:5 43", "physical_addresses.csv:3 31", "physical_addresses.csv:4 32"),
            *("regular_schedules.csv:4 52", "regular_schedules.csv:5 53", "locations.csv:5 23"),
            *("services.csv:4 12", "services.csv:5 13", "services.csv:7 14", "services.csv:8 "),
        },
    ),
    "dirty-2x": (
        "added 3 changed 0 removed 0 unchanged 0 rejected 13",
        "rows read 23 taken 10 rejected 13",
        {
            *("organization.csv:3 o2", "service.csv:3 s2", "service.csv:4 s3", "service.csv:5 s4", "location.csv:3 l2"),
            *("phone.csv:3 p2", "schedule.csv:4 c3", "taxonomy_term.csv:3 t2", "eligibility.csv:3 e2"),
            *("service_attribute.csv:3 b2", "service_attribute.csv:4 b3"),
            *("service_at_location.csv:3 a2", "service_at_location.csv:4 a3"),
        },
    ),
    "state-211.json": (
        "added 6 changed 0 removed 0 unchanged 0 rejected 5",
        "rows read 7 taken 3 rejected 4",
        {
            *("state-211.json:4 9003", "state-211.json:5 9004", "state-211.json:6 9001", "state-211.json:7 9006"),
            "state-211.json:8 ",
        },
    ),
    "hospitals.csv": (
        "added 10 changed 0 removed 0 unchanged 0 rejected 4",
        "rows read 8 added 4 changed 0 removed 0 unchanged 0 rejected 4",
        {"hospitals.csv:3 2", "hospitals.csv:6 5", "hospitals.csv:7 6", "hospitals.csv:8 7"},
    ),
}


def wishes(name: str) -> dict[str, Any]:
    mapping = (SOURCES / name).with_suffix(".toml")
    return {"mapping": mapping} if mapping.is_file() else {}


@pytest.mark.parametrize("name", CASES)
def test_each_row_of_a_dirty_source_is_accounted_for(directory: Directory, name: str) -> None:
    counts, rows, kept_out = CASES[name]

    rehearsal = take(directory, SOURCES / name, **wishes(name), dry=True)
    report = take(directory, SOURCES / name, **wishes(name))
    again = take(directory, SOURCES / name, **wishes(name))

    assert report.last_line() == f"{counts}; {rows}", said(report)
    assert {f"{each['where']} {each['id']}" for each in as_json(report)["rejected"]} == kept_out
    assert rehearsal.last_line() == report.last_line()
    assert (again.counts["added"], again.counts["changed"], again.counts["removed"]) == (0, 0, 0), said(again)


def test_what_goes_in_of_a_dirty_source_is_what_its_rows_say(directory: Directory, visitor: FlaskClient) -> None:
    for name in CASES:
        take(directory, SOURCES / name, **wishes(name))

    shown = {each["name"]: each for each in visitor.get("/api/services?full=true&per_page=100").get_json()["contents"]}
    night, needles, fees = shown["Night desk"], shown["Needles"], shown["Fees"]
    [hours] = night["schedules"]
    assert (hours["byday"], hours["opens_at"], hours["closes_at"]) == ("MO,TU", "08:00+05:30", "17:30+05:30")
    assert [each["name"] for each in night["languages"]] == ["Hindi", "Bengali"]
    assert night["service_at_locations"][0]["location"]["phones"][0]["number"] == "(033) 2241-0000 / 0001"
    assert [each["byday"] for each in needles["schedules"]] == ["MO,TU", "MO,TU,WE,TH,FR,SA,SU"]
    assert needles["eligibility_description"] == "Adults who inject"
    assert "cost_options" not in fees
    hospital = shown["Block Hospital OST"]
    assert "phones" not in hospital  # a nought is no number
    assert "addresses" not in hospital["service_at_locations"][0]["location"]
    assert shown["Canal Clinic"]["service_at_locations"][0]["location"]["latitude"] == 22.5726


def county(folder: Path, *, services: list[dict[str, Any]], owners: list[str], phones: dict[int, str]) -> Path:
    """An edition of a county's tables of version 2: each service with a place and a phone of its own."""
    write_table(folder / "organizations.csv", [{"id": n, "name": name} for n, name in enumerate(owners, 1)])
    write_table(folder / "services.csv", services)
    keys = [each["id"] for each in services]
    write_table(folder / "locations.csv", [{"id": key, "name": f"Place {key}"} for key in keys])
    write_table(
        folder / "services_at_location.csv", [{"id": key, "service_id": key, "location_id": key} for key in keys]
    )
    numbers = [{"id": key, "service_id": key, "number": phones.get(key, f"033 22{key:02}")} for key in keys]
    write_table(folder / "phones.csv", numbers)
    return folder


def test_three_dated_editions_count_exactly(directory: Directory, visitor: FlaskClient, tmp_path: Path) -> None:
    services = [{"id": n, "organization_id": 1 + n % 3, "name": f"S{n}", "status": "active"} for n in range(1, 31)]
    owners = ["Alo", "Nodi", "Pahar"]
    january = county(tmp_path / "county-2026-01", services=services, owners=owners, phones={})
    later = [*services[1:], {"id": 31, "organization_id": 2, "name": "S31", "status": "active"}]
    february = county(tmp_path / "county-2026-02", services=later, owners=["Alo Trust", *owners[1:]], phones={5: "12"})
    broken = [{**each, "status": "odd"} if each["id"] == 7 else each for each in later if each["id"] not in {8, 9}]
    march = county(tmp_path / "county-2026-03", services=broken, owners=["Alo Trust", *owners[1:]], phones={5: "12"})

    reports = [take(directory, edition) for edition in (january, february, february, march)]

    assert [each.source for each in reports] == ["county"] * 4
    assert [each.last_line() for each in reports] == [
        "added 63 changed 0 removed 0 unchanged 0 rejected 0; rows read 123 taken 123 rejected 0",
        # service 1 and its place go, 31 and its place come; organisation 1 has another name, service 5 another phone
        "added 2 changed 2 removed 2 unchanged 59 rejected 0; rows read 123 taken 123 rejected 0",
        "added 0 changed 0 removed 0 unchanged 63 rejected 0; rows read 123 taken 123 rejected 0",
        # services 8 and 9 go with their places; service 7 is kept out with what hangs on it, and stays as it was
        "added 0 changed 0 removed 4 unchanged 57 rejected 4; rows read 115 taken 111 rejected 4",
    ], said(reports[-1])
    assert visitor.get("/api/services").get_json()["total_items"] == 28
