"""Files as they come: broken lines, orphans, duplicates, bad values. Good rows go in; each bad one is named."""

import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from directory_service.importing.outside.unreadable import CannotRead
from directory_service.listings.store.tables import Service
from support.importing import (
    as_json,
    said,
    take,
    write_json,
    write_table,
)
from support.listings import (
    Directory,
    an_id,
)

OWNER = {"id": str(an_id("Owner")), "name": "Owner", "description": "Owns."}


def a_document(name: str, **more: Any) -> dict[str, Any]:
    return {"id": str(an_id(name)), "name": name, "status": "active", "organization": OWNER, **more}


def count(directory: Directory) -> int:
    with directory.worker.transaction() as session:
        return session.scalar(select(func.count()).select_from(Service).where(Service.deleted_at.is_(None))) or 0


def kinds(report: Any) -> dict[str, str]:
    return {row.where: row.kind for row in report.rejected}


def test_broken_lines_are_named_and_what_they_held_is_not_removed(directory: Directory, tmp_path: Path) -> None:
    whole = [a_document(name) for name in ("One", "Two", "Three")]
    path = tmp_path / "services.ndjson"
    path.write_text("\n".join(json.dumps(each) for each in whole))
    take(directory, path)

    path.write_text("\n".join([json.dumps(whole[0]), json.dumps(whole[1])[:-20], "", '{"half":', ""]))
    report = take(directory, path)

    assert [row.where for row in report.rejected] == ["services.ndjson:2", "services.ndjson:4"]
    assert report.summary() == "added 0 changed 0 removed 0 unchanged 2 rejected 2", said(report)
    assert count(directory) == 3

    path.write_text("\n".join([json.dumps(whole[0]), json.dumps(whole[1])[:-20], ""]))
    known = take(directory, path)

    assert known.summary() == "added 0 changed 0 removed 1 unchanged 2 rejected 1", said(known)


def test_a_file_that_breaks_off_changes_nothing(directory: Directory, tmp_path: Path) -> None:
    path = write_json(tmp_path / "list.json", [a_document(f"Service {number}") for number in range(300)])
    path.write_text(path.read_text()[:-50])

    with pytest.raises(CannotRead, match=r"list\.json is not readable: it is not JSON \(line 1\)"):
        take(directory, path)

    assert count(directory) == 0


def test_a_bad_object_inside_a_good_service_is_kept_out_alone(directory: Directory, tmp_path: Path) -> None:
    phones = [{"id": str(an_id("phone")), "number": "+91 00000 00001"}, {"id": str(an_id("mute"))}]
    document = a_document("One", phones=phones, colour="blue", description=None)

    report = take(directory, write_json(tmp_path / "list.json", [document, a_document("Two", status="perhaps"), 7]))

    assert report.summary() == "added 2 changed 0 removed 0 unchanged 0 rejected 3", said(report)
    assert "phones.1.number: is required" in said(report)
    assert "status: must be {active|inactive|defunct|temporarily closed}, not 'perhaps'" in said(report)


def test_orphans_duplicates_and_bad_values_of_tables_are_told_by_file_and_line(
    directory: Directory, tmp_path: Path
) -> None:
    folder = tmp_path / "county"
    write_table(folder / "organizations.csv", [{"id": "1", "name": "Owner", "description": "Owns."}])
    services = [
        {"id": "1", "organization_id": "1", "name": "Good", "status": "active", "maximum_age": ""},
        {"id": "1", "organization_id": "1", "name": "Good again", "status": "active", "maximum_age": ""},
        {"id": "2", "organization_id": "9", "name": "Orphan", "status": "active", "maximum_age": ""},
        {"id": "3", "organization_id": "1", "name": "Old", "status": "active", "maximum_age": "ninety"},
        {"id": "4", "organization_id": "1", "name": "", "status": "active", "maximum_age": ""},
        {"id": "5", "organization_id": "1", "name": "Line\nbreak", "status": "active", "maximum_age": "90"},
    ]
    write_table(folder / "services.csv", services)
    phones = [
        {"id": "1", "service_id": "1", "number": "650 111"},
        {"id": "2", "service_id": "77", "number": "650 112"},
        {"id": "3", "service_id": "1", "number": ""},
    ]
    write_table(folder / "phones.csv", phones)
    days = [
        {"id": "1", "service_id": "1", "weekday": "Monday", "opens_at": "9", "closes_at": "17:00"},
        {"id": "2", "service_id": "1", "weekday": "Someday", "opens_at": "9", "closes_at": "17:00"},
        {"id": "3", "service_id": "1", "weekday": "Tue-Thu", "opens_at": "9 am", "closes_at": "5pm"},
    ]
    write_table(folder / "regular_schedules.csv", days)
    (folder / "secrets.csv").write_text("a,b\n1,2\n")

    report = take(directory, folder)

    assert report.summary() == "added 3 changed 0 removed 0 unchanged 0 rejected 7", said(report)
    assert kinds(report) == {
        "services.csv:3": "duplicate",
        "services.csv:4": "orphan",
        "services.csv:5": "bad value",
        "services.csv:6": "bad value",
        "phones.csv:3": "orphan",
        "phones.csv:4": "bad value",
        "regular_schedules.csv:3": "bad value",
    }
    assert "maximum_age: must be a number, not 'ninety'" in said(report)
    assert "note secrets.csv: HSDS knows no such file" in said(report)
    told = as_json(report)
    assert told["counts"] == {"added": 3, "changed": 0, "unchanged": 0, "removed": 0, "rejected": 7}
    assert ("services.csv", 3, "duplicate") in {(row["file"], row["line"], row["kind"]) for row in told["rejected"]}
    with directory.worker.transaction() as session:
        record = session.scalar(select(Service.record).where(Service.name == "Good"))
    assert {(each["rrule"], each["opens_at"], each["closes_at"]) for each in record["schedules"]} == {
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", "09:00", "17:00")
    }
    again = take(directory, folder)
    assert again.summary() == "added 0 changed 0 removed 0 unchanged 3 rejected 7", said(again)


def test_a_table_of_an_old_office_program_reads(directory: Directory, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    (folder / "organizations.csv").write_bytes("id;name;url\r\n1;Café für alle;cafe.example.org\r\n".encode("cp1252"))
    (folder / "services.csv").write_bytes(b"\xef\xbb\xbfid;organization_id;name\r\n1;1;Soup\r\n")

    report = take(directory, folder)

    assert report.summary() == "added 2 changed 0 removed 0 unchanged 0 rejected 0", said(report)


def test_a_place_that_two_organisations_use_is_a_place_of_each(directory: Directory, tmp_path: Path) -> None:
    place = {"id": str(an_id("hall")), "location_type": "physical", "name": "Town hall"}
    other = {"id": str(an_id("Other")), "name": "Other", "description": "Too."}
    documents = [
        a_document("One", service_at_locations=[{"id": str(an_id("a")), "location": place}]),
        {
            **a_document("Two", service_at_locations=[{"id": str(an_id("b")), "location": place}]),
            "organization": other,
        },
    ]

    report = take(directory, write_json(tmp_path / "list.json", documents))
    again = take(directory, write_json(tmp_path / "list.json", documents))

    assert report.summary() == "added 6 changed 0 removed 0 unchanged 0 rejected 0", said(report)
    assert again.summary() == "added 0 changed 0 removed 0 unchanged 6 rejected 0", said(again)


def test_an_id_of_two_rows_at_places_is_used_once(directory: Directory, tmp_path: Path) -> None:
    place = {"id": str(an_id("hall")), "location_type": "physical", "name": "Town hall"}
    at = [{"id": str(an_id("the same")), "location": place}]
    documents = [a_document(name, service_at_locations=at) for name in ("One", "Two")]

    report = take(directory, write_json(tmp_path / "list.json", documents))

    assert report.summary() == "added 4 changed 0 removed 0 unchanged 0 rejected 0", said(report)


def test_a_zip_and_an_address_read_like_the_file(directory: Directory, tmp_path: Path) -> None:
    documents = [a_document(f"Service {number}") for number in range(5)]
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner/services.json", json.dumps({"services": documents}))
    take(directory, path)

    with served(documents) as address:
        report = take(directory, f"{address}/services?per_page=2")

    assert report.summary() == "added 0 changed 0 removed 0 unchanged 6 rejected 0", said(report)


def test_a_list_is_asked_for_whole_items_and_followed_by_its_links(directory: Directory) -> None:
    documents = [a_document(f"Service {number}") for number in range(5)]

    with (linking := served(documents, by_link=True)) as address:
        report = take(directory, f"{address}/services?per_page=2")

    assert report.summary() == "added 6 changed 0 removed 0 unchanged 0 rejected 0", said(report)
    assert linking.asked == ["per_page=2&full=true", "after=2", "after=4"]


def test_what_is_no_directory_is_told_in_a_sentence_too(directory: Directory, tmp_path: Path) -> None:
    root = {"version": "3.2.3", "profile": "https://x.example", "openapi_url": "https://x.example", "description": "A"}
    terms = [{"id": "5", "taxonomy": "x", "name": "y"}, {"id": str(an_id("Term")), "taxonomy": "x", "name": "y"}]

    report = take(directory, write_json(tmp_path / "root.json", root))
    nameless = take(directory, write_json(tmp_path / "terms.json", terms))

    assert next(iter(report.rejected)).reasons == ("is neither an organisation, a service nor a place",)
    assert {reason.partition(":")[0] for each in nameless.rejected for reason in each.reasons} == {"description"}


def test_an_address_that_does_not_answer_is_told_in_a_sentence(directory: Directory) -> None:
    with pytest.raises(CannotRead, match="is not readable"):
        take(directory, "http://127.0.0.1:9/services")


class served:  # noqa: N801 # reads as a verb
    """A paged HSDS list on this machine; `lost` items come with no page, though they are counted."""

    def __init__(self, documents: list[dict[str, Any]], *, by_link: bool = False, lost: int = 0) -> None:
        asked: list[str] = []

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(urlsplit(self.path).query)
                query = parse_qs(urlsplit(self.path).query)
                page, size = int(query.get("page", ["1"])[0]), int(query.get("per_page", ["2"])[0])
                after = int(query.get("after", [str((page - 1) * size)])[0])
                body = {
                    "total_items": len(documents),
                    "total_pages": -(-len(documents) // size),
                    "page_number": page,
                    "contents": documents[: len(documents) - lost][after : after + size],
                }
                self.send_response(200)
                if by_link and after + size < len(documents):
                    self.send_header("Link", f'<https://elsewhere.example/services?after={after + size}>; rel="next"')
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.asked = asked
        self._server = HTTPServer(("127.0.0.1", 0), Pages)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
