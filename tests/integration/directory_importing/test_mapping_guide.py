"""The guide's three worked examples do what the guide says; a first draft of a mapping fits its own table."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_service.importing.use_cases.import_plain_table import suggest_mapping
from support.importing import said, take, write_table
from support.listings import Directory

GUIDE = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^### ([^\n]+)\n(.*?)(?=^##)", GUIDE, re.MULTILINE | re.DOTALL))


def block(example: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", EXAMPLES[example], re.DOTALL)
    assert found
    return found[1]


def run(directory: Directory, folder: Path, example: str) -> Any:
    (folder / "table.csv").write_text(block(example, "csv"), encoding="utf-8")
    (folder / "mapping.toml").write_text(block(example, "toml"), encoding="utf-8")
    return take(directory, folder / "table.csv", mapping=folder / "mapping.toml")


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_guide_does_what_it_says(directory: Directory, tmp_path: Path, example: str) -> None:
    report, again = run(directory, tmp_path, example), run(directory, tmp_path, example)

    assert report.last_line() == block(example, "text").strip(), said(report)
    assert again.counts["changed"] == again.counts["added"] == 0, said(again)


def by_name(visitor: FlaskClient) -> dict[str, Any]:
    return {each["name"]: each for each in visitor.get("/api/services?full=true").get_json()["contents"]}


def test_keys_points_phones_and_dates_of_the_first_example(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    run(directory, tmp_path, "A ministry's clinics")

    clinic = by_name(visitor)["OST Centre Beliaghata"]
    place = clinic["service_at_locations"][0]["location"]
    assert (place["latitude"], place["longitude"]) == (22.5657, 88.3986)
    assert [each["number"] for each in clinic["phones"]] == ["(033) 2241-0000", "98300 12345"]
    assert clinic["assured_date"] == "2026-03-05"
    assert place["addresses"][0]["region"] == "Kolkata"


def test_codes_joined_columns_and_silence_of_the_second_example(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    run(directory, tmp_path, "An export of a 211")

    shelter, desk = by_name(visitor)["Night shelter"], by_name(visitor)["Legal desk"]
    assert shelter["service_at_locations"][0]["location"]["addresses"][0]["address_1"] == "9 Station Road, 2nd floor"
    assert desk["status"] == "inactive"
    costs = [
        [a["value"] for a in each["attributes"] if a["taxonomy_term"]["code"] == "cost"] for each in (shelter, desk)
    ]
    assert costs == [["free"], []]


def test_an_address_in_part_stands_on_the_page_and_is_told(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    report = run(directory, tmp_path, "An NGO's spreadsheet")

    centre = by_name(visitor)["Drop-in Sealdah"]
    assert "addresses" not in centre["service_at_locations"][0]["location"]
    assert "Sealdah, Kolkata" in visitor.get(f"/services/{centre['id']}").get_data(as_text=True)
    assert "address: has no postal_code" in said(report)
    assert centre["application_process"] == "Wed"
    assert by_name(visitor)["Drop-in Park Circus"]["application_process"] == "Come by"


def test_a_suggested_mapping_reads_its_own_table(directory: Directory, tmp_path: Path) -> None:
    for example in EXAMPLES:
        (tmp_path / "table.csv").write_text(block(example, "csv"), encoding="utf-8")
        draft = suggest_mapping(str(tmp_path / "table.csv"))
        filled = draft.replace('# name = "…"  # needed', 'name = { value = "Somebody" }')
        (tmp_path / "mapping.toml").write_text(
            re.sub(r"^# key = .*$", 'key = ["District", "Sl No"]', filled, flags=re.MULTILINE)
        )

        report = take(directory, tmp_path / "table.csv", mapping=tmp_path / "mapping.toml", dry=True)

        assert report.rows["added"] >= 2, (example, draft, said(report))


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    """A spreadsheet as office programs write it, as small as can be."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    names = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{at}" Type="{relation}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at, _ in enumerate(sheets, 1)
    )
    root = f'<Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships">{root}</Relationships>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{links}</Relationships>'
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>{names}</sheets></workbook>'
        )
        for at, rows in enumerate(sheets.values(), 1):
            body = "".join(f"<row>{''.join(cells(row))}</row>" for row in rows)
            content = f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
            archive.writestr(f"xl/worksheets/sheet{at}.xml", content)
    return path


def cells(row: list[object]) -> Iterator[str]:
    for value in row:
        number = isinstance(value, int | float)
        yield f"<c><v>{value}</v></c>" if number else f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def test_a_spreadsheet_reads_like_the_table(directory: Directory, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["No", "NGO", "Centre", "Phone"],
        [1, "Nodi", "Clinic", 9830012345],
        [2.0, "Nodi", "Soup", ""],
    ]
    (tmp_path / "mapping.toml").write_text(
        'source = "sheet"\nkey = "No"\nsheet = "Clinics"\n[organization]\nname = "NGO"\n'
        '[service]\nname = "Centre"\nphone = "Phone"\n'
    )
    book = workbook(tmp_path / "book.xlsx", Notes=[["Read me"], ["first"]], Sums=[["All", "All"], [1, 2]], Clinics=rows)
    table = write_table(
        tmp_path / "table.csv", [dict(zip(map(str, rows[0]), map(str, row), strict=True)) for row in rows[1:]]
    )

    report = take(directory, book, mapping=tmp_path / "mapping.toml")
    (tmp_path / "mapping.toml").write_text((tmp_path / "mapping.toml").read_text().replace('sheet = "Clinics"\n', ""))
    table.write_text(table.read_text().replace("2.0", "2"))
    again = take(directory, table, mapping=tmp_path / "mapping.toml")

    assert report.summary() == "added 3 changed 0 removed 0 unchanged 0 rejected 0", said(report)
    assert again.summary() == "added 0 changed 0 removed 0 unchanged 3 rejected 0", said(again)
    assert json.dumps(suggest_mapping(str(book)))
