"""Dated editions of one directory, one after another: what is new, different, gone, and nothing else."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.importing.outside.unreadable import CannotRead
from support.importing import (
    ohana,
    said,
    take,
    write_json,
)
from support.listings import (
    Directory,
    a_confidential_place,
    a_place,
    a_provider,
    a_service,
    an_id,
)

Rows = list[dict[str, str]]


def edition(folder: Path, before: Path, **changes: Callable[[Rows], Rows]) -> Path:
    """A copy of a folder of tables with some of them changed."""
    shutil.copytree(before, folder)
    for table, change in changes.items():
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        header = list(rows[0])
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header)
            writer.writeheader()
            writer.writerows(change(rows))
    return folder


def renamed(key: str, name: str) -> Callable[[Rows], Rows]:
    return lambda rows: [{**row, "name": name} if row["id"] == key else row for row in rows]


def without(*keys: str, column: str = "id") -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if row[column] not in keys]


def test_three_editions_of_a_real_directory_count_exactly(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    january = edition(tmp_path / "county-2024-01", ohana())
    february = edition(
        tmp_path / "county-2024-02",
        january,
        organizations=renamed("4", "The Salvation Army of San Mateo"),
        services=lambda rows: [
            *without("20")(renamed("1", "Fair Oaks Centre")(rows)),
            {**rows[2], "id": "99", "name": "New"},
        ],
        phones=lambda rows: [{**row, "number": "650 111-1111"} if row["id"] == "57" else row for row in rows],
        regular_schedules=without("13"),
    )
    march = edition(
        tmp_path / "county-2024-03",
        february,
        organizations=without("7"),
        locations=without("21"),
        services=without("21"),
        addresses=without("21", column="location_id"),
        mail_addresses=without("21", column="location_id"),
        contacts=without("21", column="location_id"),
        phones=without("21", column="location_id"),
    )

    first = take(directory, january)
    rehearsal = take(directory, february, dry=True)
    second = take(directory, february)
    repeated = take(directory, february)
    third = take(directory, march)

    assert [first.source, second.source, third.source] == ["county"] * 3
    assert first.summary() == "added 53 changed 0 removed 0 unchanged 0 rejected 0", said(first)
    # changed: organisation 4, services 1 and 22 (its phone), and place 1 (its hours)
    assert second.summary() == "added 1 changed 4 removed 1 unchanged 48 rejected 0", said(second)
    assert rehearsal.summary() == second.summary()
    assert repeated.summary() == "added 0 changed 0 removed 0 unchanged 53 rejected 0"
    assert third.summary() == "added 0 changed 0 removed 3 unchanged 50 rejected 0", said(third)
    page = visitor.get("/api/organizations?per_page=100").get_json()
    assert page["total_items"] == 7
    assert "The Salvation Army of San Mateo" in {each["name"] for each in page["contents"]}


def test_a_rehearsal_leaves_nothing_behind(directory: Directory) -> None:
    report = take(directory, ohana(), dry=True)

    assert report.summary() == "added 53 changed 0 removed 0 unchanged 0 rejected 0"
    with directory.worker.transaction() as session:
        tables = ("organization", "service", "location", "outbox", "change")
        left = [session.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]  # noqa: S608 # names above
    assert left == [0] * len(tables)
    assert directory.events() == []


def test_another_directory_of_the_same_file_name_removes_nothing(directory: Directory, tmp_path: Path) -> None:
    one = edition(tmp_path / "a" / "directory", ohana())
    other = edition(
        tmp_path / "b" / "directory",
        ohana(),
        organizations=lambda rows: [{**row, "name": f"Other {row['name']}"} for row in rows],
        services=lambda rows: [{**row, "name": f"Other {row['name']}"} for row in rows],
    )
    take(directory, one)

    with pytest.raises(CannotRead, match="--source directory if it is the next edition"):
        take(directory, other)
    report = take(directory, other, source="another")

    assert report.summary() == "added 53 changed 0 removed 0 unchanged 0 rejected 0", said(report)


def test_a_single_document_is_no_edition(directory: Directory, visitor: FlaskClient, tmp_path: Path) -> None:
    documents = [service_document(name) for name in ("One", "Two")]
    take(directory, write_json(tmp_path / "list.json", documents))

    report = take(directory, write_json(tmp_path / "one.json", {**documents[0], "description": "Now described."}))

    assert report.summary() == "added 0 changed 1 removed 0 unchanged 1 rejected 0", said(report)
    assert visitor.get(f"/api/services/{documents[1]['id']}").status_code == 200


def test_what_left_a_list_is_gone_for_the_public_too(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    documents = [service_document(name) for name in ("One", "Two")]
    take(directory, write_json(tmp_path / "list.json", {"contents": documents, "total_pages": 1}))

    part = take(directory, write_json(tmp_path / "part.json", {"contents": documents[:1], "total_pages": 2}))
    guessed = take(directory, write_json(tmp_path / "whole.json", {"contents": documents[:1], "total_pages": 1}))
    whole = take(directory, tmp_path / "whole.json", source="list")

    assert part.counts["removed"] == 0
    assert guessed.counts["removed"] == 0
    assert "1 records that came from list before are not in this file and stay" in said(guessed)
    assert whole.counts["removed"] == 1
    assert visitor.get(f"/api/services/{documents[1]['id']}").status_code == 410


def test_what_only_this_directory_knows_survives_an_edition(directory: Directory, tmp_path: Path) -> None:
    provider = a_provider("Kept", status="suspended")
    place, service = a_place(provider), a_service(provider, descriptions={"hi": "दवा"}, places=(a_place(provider).id,))
    directory.save(provider, place, service)
    document = {
        "id": str(service.id),
        "name": "New name",
        "status": "active",
        "organization": {"id": str(provider.id), "name": provider.name, "description": "Described."},
    }

    report = take(directory, write_json(tmp_path / "hsds.json", [document]))

    assert report.counts["changed"] == 2, said(report)
    with directory.worker.transaction() as session:
        status = session.scalar(text("SELECT status FROM organization"))
        record = session.scalar(text("SELECT record FROM service"))
    assert status == "suspended"
    assert record["descriptions"] == {"hi": "दवा"}


def test_a_file_cannot_open_a_confidential_address(directory: Directory, tmp_path: Path) -> None:
    provider = a_provider("Shelter")
    hidden = a_confidential_place(provider)
    directory.save(provider, hidden, a_service(provider, places=(hidden.id,)))
    place = {
        "id": str(hidden.id),
        "location_type": "physical",
        "name": "Shown",
        "organization_id": str(provider.id),
        "latitude": 1.0,
    }

    take(directory, write_json(tmp_path / "places.json", {"locations": [place]}))

    with directory.worker.transaction() as session:
        record = session.scalar(text("SELECT record FROM location"))
    assert record["confidential"] is True
    assert "latitude" not in record


def service_document(name: str) -> dict[str, Any]:
    owner = an_id("Owner")
    organization = {"id": str(owner), "name": "Owner", "description": "Owns."}
    return {"id": str(an_id(name)), "name": name, "status": "active", "organization": organization}


@pytest.mark.parametrize("name", ["services-2024-01.json", "services (2).json", "Services v3 final.json"])
def test_a_new_label_has_no_date_and_no_number(directory: Directory, tmp_path: Path, name: str) -> None:
    report = take(directory, write_json(tmp_path / name, [service_document("One")]))

    assert report.source == "services"
