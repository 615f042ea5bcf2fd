"""Text that a spreadsheet would run is refused wherever it comes in, and in no file, whatever a database holds."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from directory_service.editing.use_cases.provider_sheet import own_sheet
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.use_cases.export_datapackage import export_datapackage
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.spreadsheet_cells import (
    running_cells,
    would_run,
)
from support.editing import (
    ADDRESS,
    PLACE,
    PROVIDER,
    SERVICE,
    Headers,
    patch,
)
from support.hsds import texts as hsds_texts
from support.importing import (
    said,
    take,
    write_json,
    write_table,
)
from support.listings import (
    Directory,
    an_id,
)

EVIL = '=HYPERLINK("http://evil.example","x")'


def cells(directory: Directory) -> Iterator[str]:
    """Every cell of every file that the directory gives out."""
    package = io.BytesIO()
    export_datapackage(directory.web, package, Publication())
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                with archive.open(name) as file:
                    yield from (cell for row in csv.reader(io.TextIOWrapper(file, "utf-8", newline="")) for cell in row)
    with directory.worker.transaction() as session:
        sheet = own_sheet(session, PROVIDER.id).decode("utf-8-sig")
    yield from (cell for row in csv.reader(io.StringIO(sheet, newline="")) for cell in row)


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"alternate_name": EVIL}, "alternate_name"),
    ({"fees_description": "@SUM(1)"}, "fees_description"),
    ({"alert": "\t=1"}, "alert"),
    ({"email": "=a@example.org"}, "email"),
    ({"contacts": [{"id": str(an_id("c")), "title": "-1+1", "phones": []}]}, "contacts.0.title"),
    (
        {"required_documents": [{"id": str(an_id("d")), "document": "+cmd|' /C calc'!A0"}]},
        "required_documents.0.document",
    ),
)


def test_it_is_refused_by_api_with_the_field(directory: Directory, client: FlaskClient, headers: Headers) -> None:
    for change, field in REFUSED:
        answer = patch(client, headers('"1"'), change)
        whole = {**client.get(ADDRESS).get_json(), **change}
        replaced = client.put(ADDRESS, json=whole, headers=headers('"1"'))
        made = {"name": "New", "status": "active", **change}
        created = client.put(f"/api/services/{an_id('new')}", json=made, headers=headers(**{"If-None-Match": "*"}))

        for refused in (answer, replaced, created):
            assert refused.status_code == 422, (change, refused.text)
            assert field in {each["field"] for each in refused.get_json()["errors"]}, change
    assert not any(map(would_run, cells(directory)))


def test_a_phone_number_with_its_country_is_no_formula(client: FlaskClient, headers: Headers) -> None:
    answer = patch(client, headers('"1"'), {"phones": [{"id": str(an_id("p")), "number": "+91 33 2222 0000"}]})

    assert answer.status_code == 200, answer.text


FORMS = (
    (f"/listings/{SERVICE.id}/texts/change", {"name": EVIL}),
    (f"/listings/{SERVICE.id}/texts/change", {"name": "Care", "alert": "- closed today"}),
    (f"/listings/{SERVICE.id}/words/change", {"lang_code.0": "hi", "lang_name.0": "=1", "lang_text.0": ""}),
    ("/listings/new", {"name": EVIL, "needs": "OST"}),
    ("/listings/organization", {"name": "Nodi", "description": "@SUM(1)"}),
    ("/listings/places/new", {"area": "+cmd|' /C calc'!A0", "district": "315"}),
)


def test_it_is_refused_in_every_form_in_words(client: FlaskClient, headers: Headers) -> None:
    for address, form in FORMS:
        answer = client.post(address, data={"seen": "1", **form}, headers=headers())

        assert answer.status_code == 422, (address, form, answer.text)
        said = "Begin with a letter or a figure: spreadsheets run what begins with"
        assert said in answer.text, (address, form)


def test_what_a_database_holds_already_is_no_reason_to_refuse_another_change(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    directory.save(replace(SERVICE, alternate_name=EVIL))
    tag = client.get(ADDRESS).headers["ETag"]

    kept = patch(client, headers(tag), {"name": "Another name"})
    worse = patch(client, headers(kept.headers["ETag"]), {"alternate_name": "=2"})

    assert kept.status_code == 200, kept.text
    assert worse.status_code == 422


def test_an_imported_directory_leaves_the_field_out_and_takes_the_rest(directory: Directory, tmp_path: Path) -> None:
    owner = {"id": str(PROVIDER.id), "name": "Nodi", "description": "Care."}
    service = hsds_texts.full_object("service") | {
        "id": str(an_id("whole")),
        "organization_id": owner["id"],
        "organization": owner,
    }
    service |= {
        "fees_description": EVIL,
        "alert": "\n Closed on Friday",
        "phones": [{"id": str(an_id("p")), "number": "=1"}],
    }
    nameless = {"id": str(an_id("nameless")), "name": EVIL, "status": "active", "organization": owner}

    report = take(directory, write_json(tmp_path / "list.json", [service, nameless]))

    told = [(row.where, row.reasons[0].partition(":")[0]) for row in report.rejected]
    assert sorted(told) == [
        ("list.json:1", "fees_description"),
        ("list.json:1", "name"),
        ("list.json:1", "phones.0.number"),
    ], said(report)
    assert report.by_type["service", "added"] == 1
    assert not any(map(would_run, cells(directory)))
    with directory.worker.transaction() as session:
        [record] = session.connection().exec_driver_sql("SELECT record FROM service").scalars()
    assert record["alert"] == "Closed on Friday"


def test_a_table_and_our_own_package_say_file_line_and_field(directory: Directory, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    write_table(folder / "organizations.csv", [{"id": "1", "name": "Owner", "description": EVIL}])
    row = {"id": "7", "organization_id": "1", "name": "Good", "status": "active", "description": EVIL}
    write_table(folder / "services.csv", [row, {**row, "id": "8", "name": EVIL}])
    owner = {**ORGANIZATION_FIELDS.write(PROVIDER), "alternate_name": EVIL}
    package = {"package": "setu-directory", "version": 1, "organizations": [owner]}

    report = take(directory, folder)
    refused = take(directory, write_json(tmp_path / "own.json", package))

    assert [(each.where, each.reasons[0].partition(":")[0]) for each in report.rejected] == [
        ("organizations.csv:2", "description"),
        ("services.csv:2", "description"),
        ("services.csv:3", "name"),
    ], said(report)
    assert [each.reasons[0].partition(":")[0] for each in refused.rejected] == ["alternate_name"]


def test_no_export_holds_it_in_any_field_whatever_the_database_holds(directory: Directory) -> None:
    """As rows of before the rule: stored without being looked at."""
    provider, place, service = (
        replace(record, **{field.name: EVIL for field in fields(record) if field.name in TEXTS})
        for record in (PROVIDER, PLACE, SERVICE)
    )
    words = {"hi": EVIL, "bn": "\t" + EVIL}
    provider = replace(provider, names=words, hsds=extra("organization"))
    place = replace(place, hsds=extra("location"))
    service = replace(service, names=words, descriptions=words, hsds=extra("service"))
    directory.save(provider, place, service)

    found = list(cells(directory))

    assert sum(cell.startswith(f"'{EVIL}") for cell in found) > 60
    assert [cell for cell in found if would_run(cell) or cell.startswith(("=", "@", "-", "\t", "\r"))] == []
    assert ORGANIZATION_FIELDS.read(ORGANIZATION_FIELDS.write(provider)) == provider, "what is stored is read as ever"
    assert len(list(running_cells(json.loads(json.dumps(ORGANIZATION_FIELDS.write(provider)))))) > 5


TEXTS = {"name", "area", "alternate_name", "description", "legal_status", "landmark", "transportation", "city"}
TEXTS |= {"address_1", "address_2", "fees_description", "eligibility_description", "application_process", "alert"}


def extra(kind: str) -> dict[str, object]:
    """What records keep of HSDS, with the words in every text."""
    tables = {"organization": ORGANIZATION_FIELDS, "location": LOCATION_FIELDS, "service": SERVICE_FIELDS}
    allowed = tables[kind]["hsds"].kind.figures["names"]
    return {name: value for name, value in hsds_texts.full_object(kind, EVIL).items() if name in allowed}
