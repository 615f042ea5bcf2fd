"""The directory as a datapackage: valid to the last row, and the same directory again when it is read."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from frictionless import Package, system
from sqlalchemy import text

from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.use_cases.export_datapackage import export_datapackage
from directory_service.importing.use_cases.load_sample import load_sample
from directory_service.listings.domain.hsds.datapackage import descriptor
from service_kit.db.engine import Database
from support.hsds import standard as hsds_standard
from support.importing import (
    ohana,
    said,
    take,
)
from support.listings import (
    SECRET,
    Directory,
    a_confidential_place,
    a_provider,
    a_service,
)


def downloaded(directory: Directory, visitor: FlaskClient, folder: Path) -> Path:
    directory.index()
    directory.pack()
    answer = visitor.get("/api/export/datapackage.zip")
    assert answer.status_code == 200
    path = folder / "datapackage.zip"
    path.write_bytes(answer.data)
    return path


class Watching(io.BytesIO):
    """A file that is written while nothing is asked of the database."""

    db: Database

    def write(self, content: Any) -> int:
        assert self.db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of the thing behind the fixture
        return super().write(content)


def errors(path: Path, folder: Path) -> list[str]:
    """What `frictionless validate datapackage.json` finds."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "unpacked")
    with system.use_context(trusted=True):
        report = Package(str(folder / "unpacked" / "datapackage.json")).validate()
    return [str(each) for each in report.flatten(["title", "resourceName", "note", "rowNumber", "message"])]


def test_the_sample_validates_and_comes_in_again_unchanged(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    load_sample(directory.worker, directory.now)

    path = downloaded(directory, visitor, tmp_path)

    assert errors(path, tmp_path) == []
    file = Watching()
    file.db = directory.web
    export_datapackage(directory.web, file, Publication())
    assert file.getvalue() == path.read_bytes()
    with directory.worker.transaction() as session:
        public = session.scalar(text("SELECT count(*) FROM service WHERE public"))
    report = take(directory, path)
    assert not report.rejected, said(report)
    assert report.counts["changed"] == 0, said(report)
    assert report.counts["unchanged"] > public


def test_what_others_publish_validates_when_it_goes_out(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    """The standard's own example and an old export, each of which is found in the errors by its rows."""
    for source in (hsds_standard.folder() / "examples" / "service_full.json", ohana()):
        assert take(directory, source).counts["added"]

    assert errors(downloaded(directory, visitor, tmp_path), tmp_path) == []


def test_a_confidential_address_is_nowhere_in_it(directory: Directory, visitor: FlaskClient, tmp_path: Path) -> None:
    provider = a_provider()
    hidden = a_confidential_place(provider)
    directory.save(provider, hidden, a_service(provider, places=(hidden.id,)))

    path = downloaded(directory, visitor, tmp_path)

    assert errors(path, tmp_path) == []
    with zipfile.ZipFile(path) as archive:
        content = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "South Kolkata" in content
    assert not [word for word in SECRET if word in content]


def test_the_tables_are_the_standards() -> None:
    standard = json.loads((hsds_standard.folder() / "datapackage.json").read_text(encoding="utf-8"))
    ours = descriptor("x", "y")

    def told(package: dict) -> dict:
        return {
            (resource["name"], resource["path"]): {
                (field["name"], field["type"], field.get("format"), bool(field.get("constraints", {}).get("required")))
                for field in resource["schema"]["fields"]
            }
            for resource in package["resources"]
        }

    def keys(package: dict) -> set:
        return {
            (resource["name"], key["fields"], key["reference"]["resource"])
            for resource in package["resources"]
            for key in resource["schema"].get("foreignKeys", [])
        }

    assert told(ours) == told(standard)
    assert keys(ours) == keys(standard)
