"""The sample, and packages going in and out."""

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from conftest import Keys
from directory_service.importing.use_cases.directory_package import (
    NotAPackage,
    read_package,
)
from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.importing.use_cases.import_directory import import_directory
from directory_service.importing.use_cases.import_report import Report
from directory_service.importing.use_cases.load_sample import (
    CAST,
    DISTRICT,
    FOLDER,
    SERVICE,
    load_sample,
)
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.store.tables import (
    Location,
    LocationConfidential,
    Service,
)
from directory_service.organizations.store.tables import Organization
from directory_service.organizations.use_cases.import_districts import import_districts
from support.directories_for_readers import a_directory_for_readers
from support.fresh_databases import FreshDatabases
from support.listings import (
    KOLKATA,
    SECRET,
    Directory,
    a_confidential_place,
    a_place,
    a_provider,
    a_service,
    an_id,
    counted,
)

PROVIDER = a_provider()


def package_file(folder: Path, *, organizations: list = (), places: list = (), services: list = ()) -> Path:
    path = folder / "package.json"
    content = {"package": "setu-directory", "version": 2, "source": "test"}
    content |= {"organizations": list(organizations), "places": list(places), "services": list(services)}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def take(directory: Directory, path: Path) -> Report:
    return import_directory(directory.worker, read_package(path), directory.now)


def test_the_sample_loads_quickly_and_twice_is_as_once(directory: Directory) -> None:
    with counted(directory.worker) as statements:
        first = load_sample(directory.worker, directory.now)
    directory.forget_events()
    second = load_sample(directory.worker, directory.now)

    assert not first.rejected
    assert first.counts["added"] == 94
    assert second.summary() == "added 0 changed 0 removed 0 unchanged 94 rejected 0"
    assert directory.events() == []
    assert len(statements) < 650  # about half a second; time itself is not for a shared machine to tell
    assert not [
        each for each in statements if each.startswith("UPDATE service ")
    ]  # a row and its answers go in at once


@pytest.fixture(scope="module")
def sampled(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    """The sample, that nothing here may change."""
    with a_directory_for_readers(fresh_databases, keys, tmp_path_factory.mktemp("sampled")) as made:
        load_sample(made.worker, made.now)
        yield made


def test_the_sample_has_what_scripts_are_told(sampled: Directory) -> None:
    with sampled.web.transaction() as session:
        service = session.get_one(Service, SERVICE)
        kinds = {key: session.get_one(Organization, organization).kind for key, organization in CAST.items()}

    assert service.organization_id == CAST["provider"]
    assert "OST" in service.record["needs"]
    assert DISTRICT in service.record["districts"]
    assert kinds["prison"] == "prison"
    assert {kinds["coordinating_body"], kinds["state_body"]} == {"coordinating_body"}
    assert {kinds["police_unit"], kinds["police_unit_other"]} == {"police_unit"}
    assert {kinds["provider"], kinds["provider_other"]} == {"provider"}


def test_every_provider_of_the_sample_is_marked_and_no_phone_can_be_dialled() -> None:
    package = json.loads((Path(load_sample.__globals__["FOLDER"]) / "directory.json").read_text(encoding="utf-8"))

    rows = package["organizations"] + package["services"]
    assert all(row["sample"] for row in rows)
    assert all(row["phone"].startswith("+91 00000 ") for row in rows)


def test_what_is_exported_comes_in_again_unchanged_and_rebuilds_an_empty_directory(
    sampled: Directory, directory: Directory, tmp_path: Path
) -> None:
    export_directory(sampled.worker, tmp_path / "out.json")

    with directory.worker.transaction() as session:
        import_districts(session, FOLDER / "districts.csv")

    again, rebuilt = (take(each, tmp_path / "out.json").summary() for each in (sampled, directory))

    assert again == "added 0 changed 0 removed 0 unchanged 94 rejected 0"
    assert rebuilt == "added 94 changed 0 removed 0 unchanged 0 rejected 0"
    export_directory(directory.worker, tmp_path / "rebuilt.json")
    assert rows_of(tmp_path / "rebuilt.json") == rows_of(tmp_path / "out.json")


def rows_of(package: Path) -> dict[str, object]:
    """Of each kind, whatever the order."""
    content = json.loads(package.read_text())
    return {kind: sorted(rows, key=str) if isinstance(rows, list) else rows for kind, rows in content.items()}


def test_an_export_holds_every_organisation_whatever_its_status_and_only_some_records_in_memory(
    directory: Directory, tmp_path: Path
) -> None:
    owners = [
        replace(a_provider(f"Provider {number}"), status=status, description="Help. " * 600)
        for number in range(600)
        for status in [("active", "pending", "suspended")[number % 3]]
    ]
    take(
        directory, package_file(tmp_path, organizations=[ORGANIZATION_FIELDS.write(each) for each in owners], places=[])
    )
    path = tmp_path / "out.json"
    export_directory(directory.worker, path)  # what is loaded once is loaded now

    tracemalloc.start()
    rows = export_directory(directory.worker, path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    written = json.loads(path.read_text(encoding="utf-8"))["organizations"]
    assert rows == len(written) == 600
    assert {each.get("status") for each in written} >= {"active", "suspended"}
    assert path.stat().st_size > 2_000_000
    assert most < path.stat().st_size


def test_a_confidential_address_is_not_exported_and_survives_the_import_of_the_export(
    directory: Directory, tmp_path: Path
) -> None:
    place = a_confidential_place(PROVIDER)
    said = {"id": str(an_id("said")), "location_id": str(place.id), "description": SECRET[2]}
    service = a_service(PROVIDER, places=(place.id,), hsds={"service_at_locations": [said]})
    directory.save(PROVIDER, place, service)
    export_directory(directory.worker, tmp_path / "out.json")

    report = take(directory, tmp_path / "out.json")

    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert not [word for word in SECRET if word in text]
    assert report.counts["changed"] == 0  # the service's record says nothing about the place either
    with directory.worker.transaction() as session:
        assert session.scalars(select(LocationConfidential)).one().exact["address_1"] == SECRET[1]


def test_our_own_package_does_not_open_again_what_was_hidden_since(directory: Directory, tmp_path: Path) -> None:
    place = replace(a_confidential_place(PROVIDER), confidential=False)
    service = a_service(PROVIDER, places=(place.id,))
    directory.save(PROVIDER, place, service)
    export_directory(directory.worker, tmp_path / "out.json")
    directory.save(replace(place, confidential=True))

    report = take(directory, tmp_path / "out.json")

    assert report.counts["changed"] == 0
    with directory.worker.transaction() as session:
        shown = session.get_one(Location, place.id)
        assert shown.confidential
        assert not [word for word in SECRET if word in json.dumps(shown.record)]
        assert session.scalars(select(LocationConfidential)).one().exact["address_1"] == SECRET[1]


def test_a_changed_and_a_removed_row_are_counted_as_such(directory: Directory, tmp_path: Path) -> None:
    stays, goes = a_service(PROVIDER, "Stays"), a_service(PROVIDER, "Goes")
    organizations, places = [ORGANIZATION_FIELDS.write(PROVIDER)], [LOCATION_FIELDS.write(a_place(PROVIDER))]
    services = [SERVICE_FIELDS.write(stays), SERVICE_FIELDS.write(goes)]
    take(directory, package_file(tmp_path, organizations=organizations, places=places, services=services))

    edited = [SERVICE_FIELDS.write(replace(stays, accepting="closed"))]
    report = take(directory, package_file(tmp_path, organizations=organizations, places=places, services=edited))

    assert report.summary() == "added 0 changed 1 removed 1 unchanged 2 rejected 0"
    with directory.web.transaction() as session:
        assert session.get_one(Service, goes.id).deleted_at is not None


def test_bad_rows_are_named_and_kept_out_while_good_ones_go_in(directory: Directory, tmp_path: Path) -> None:
    good = SERVICE_FIELDS.write(a_service(PROVIDER, "Good"))
    orphan = SERVICE_FIELDS.write(replace(a_service(PROVIDER, "Orphan"), organization_id=UUID(int=5)))
    wrong = {
        **SERVICE_FIELDS.write(a_service(PROVIDER, "Wrong")),
        "needs": ["MAGIC"],
        "schedules": [{"rrule": "FREQ=NOW"}],
    }
    unknown = {**SERVICE_FIELDS.write(a_service(PROVIDER, "Unknown")), "colour": "blue"}
    nowhere = SERVICE_FIELDS.write(a_service(PROVIDER, "Nowhere", districts=(9,)))
    services = [good, orphan, wrong, unknown, nowhere, good, "text"]

    report = take(
        directory, package_file(tmp_path, organizations=[ORGANIZATION_FIELDS.write(PROVIDER)], services=services)
    )

    said = " | ".join(f"{row.where} {row.name} {row.reasons}" for row in report.rejected)
    assert report.summary() == "added 2 changed 0 removed 0 unchanged 0 rejected 6"
    assert "there is no organisation" in said
    assert "needs.0" in said
    assert "schedules.0.rrule" in said
    assert "colour: is not a field" in said
    assert "districts: 9 is not known" in said
    assert "twice" in said
    assert "must be an object" in said


def test_a_rejected_row_does_not_remove_what_is_stored(directory: Directory, tmp_path: Path) -> None:
    service = a_service(PROVIDER)
    organizations = [ORGANIZATION_FIELDS.write(PROVIDER)]
    take(directory, package_file(tmp_path, organizations=organizations, services=[SERVICE_FIELDS.write(service)]))

    broken = {**SERVICE_FIELDS.write(service), "accepting": "perhaps"}
    report = take(directory, package_file(tmp_path, organizations=organizations, services=[broken]))

    assert report.summary() == "added 0 changed 0 removed 0 unchanged 1 rejected 1"


def test_a_row_of_another_organisation_cannot_be_taken_over(directory: Directory, tmp_path: Path) -> None:
    service, other = a_service(PROVIDER), a_provider("Other")
    directory.save(PROVIDER, service)

    stolen = SERVICE_FIELDS.write(replace(service, organization_id=other.id))
    report = take(
        directory, package_file(tmp_path, organizations=[ORGANIZATION_FIELDS.write(other)], services=[stolen])
    )

    assert [row.reasons for row in report.rejected] == [
        ("organization_id: this service belongs to another organisation",)
    ]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"package": "other", "version": 1}', b"[" * 100_000, b"\xff"])
def test_a_file_that_is_no_package_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)

    with pytest.raises(NotAPackage, match=r"bad\.json is not"):
        read_package(path)


def test_the_district_of_the_builders_is_known(sampled: Directory) -> None:
    with sampled.web.transaction() as session:
        assert session.scalar(select(Organization.district_code).where(Organization.id == CAST["provider"])) == KOLKATA
