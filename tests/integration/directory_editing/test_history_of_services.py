"""What a provider changed stands in its service's history, as far as anybody may know it."""

import io
import json
import zipfile
from pathlib import Path

from flask.testing import FlaskClient
from frictionless import Package, system
from sqlalchemy import select, text

from directory_service.importing.use_cases.import_files import (
    ImportOptions,
    import_files,
)
from directory_service.listings.store.tables import ChangeRequest
from support.editing import ADDRESS, PROVIDER, Headers, patch
from support.listings import SECRET, Directory, a_confidential_place


def test_turning_a_place_confidential_scrubs_the_history(
    directory: Directory, client: FlaskClient, headers: Headers
) -> None:
    patch(client, headers('"1"'), {"application_process": "Ring at 1 Open Road"})
    patch(client, headers('"2"'), {"application_process": None})
    assert "1 Open Road" in str(client.get(ADDRESS, headers=headers()).get_json()["metadata"])

    directory.save(a_confidential_place(PROVIDER))

    assert "metadata" not in client.get(ADDRESS, headers=headers()).get_json()
    with directory.worker.transaction() as session:
        dumped = str(session.execute(text("SELECT before, after FROM listing_history")).all())
        dumped += str(session.execute(select(ChangeRequest)).all())
    assert not [secret for secret in (*SECRET, "1 Open Road") if secret in dumped]


def test_an_export_with_history_is_sound_and_an_import_tells_its_source(
    directory: Directory, client: FlaskClient, headers: Headers, tmp_path: Path
) -> None:
    patch(client, headers('"1"'), {"name": "Renamed", "alert": "Soon"})
    directory.index()
    directory.pack()
    whole = client.get("/api/export/datapackage.zip", headers=headers())
    zipfile.ZipFile(io.BytesIO(whole.data)).extractall(tmp_path / "export")
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "export" / "datapackage.json")).validate()

    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    assert b"Renamed" in (tmp_path / "export" / "metadata.csv").read_bytes()
    again = import_files(directory.worker, ImportOptions(str(tmp_path / "export"), source="elsewhere"), directory.now)
    assert (list(again.rejected), again.counts["changed"]) == ([], 0), "what we told comes back and changes nothing"
    package = json.loads(client.get(ADDRESS, headers=headers()).data)
    edited = tmp_path / "edition.json"
    edited.write_text(json.dumps({**package, "name": "Renamed elsewhere"}))
    import_files(directory.worker, ImportOptions(str(edited), source="elsewhere"), directory.now)
    newest = client.get(ADDRESS, headers=headers()).get_json()["metadata"][0]
    assert (newest["field_name"], newest["previous_value"], newest["updated_by"]) == ("name", "Renamed", "elsewhere")
