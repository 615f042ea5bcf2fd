"""Who publishes the directory, under which licence, and whom to name: in `/api/`, lines and package, by setting."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.hsds.use_cases.make_datapackage import DatapackageMaker
from support.importing import take
from support.listings import Directory, a_provider, a_service

SAID = {"publisher": "Health Department", "licence": "GODL India", "attribution": "Name the department."}
TOLD = {"publisher": "Health Department", "license": "GODL India", "attribution": "Name the department."}


def test_publisher_licence_and_attribution_are_settings(directory: Directory, visitor: FlaskClient) -> None:
    told = create_app(replace(directory.settings, **SAID), db=directory.web).test_client().get("/api/").get_json()

    assert (told["publisher"]["name"], told["license"], told["attribution"]) == tuple(SAID.values())
    plain = visitor.get("/api/").get_json()
    assert (plain["publisher"]["name"], "license" in plain, "attribution" in plain) == ("Setu directory", False, False)


def test_lines_begin_with_it_for_whoever_asks_and_are_read_again(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    provider = a_provider()
    directory.save(provider, a_service(provider))
    client = create_app(replace(directory.settings, **SAID), clock=directory.clock, db=directory.web).test_client()

    for kind in ("services", "organizations"):
        plain = client.get(f"/api/{kind}?format=ndjson&full=true", buffered=True)
        about = client.get(f"/api/{kind}?format=ndjson&full=true&about=true", buffered=True)
        first, rest = about.data.split(b"\n", 1)
        assert (json.loads(first), rest) == ({"publication": TOLD}, plain.data)
        assert about.headers["ETag"] != plain.headers["ETag"]
        assert visitor.get(f"/api/{kind}?format=ndjson&full=true&about=true").headers["ETag"] != about.headers["ETag"]
    assert client.get("/api/services?about=true").status_code == 400
    lines = tmp_path / "services.ndjson"
    lines.write_bytes(client.get("/api/services?format=ndjson&full=true&about=true", buffered=True).data)
    report = take(directory, lines)
    assert (list(report.rejected), report.counts["changed"], report.counts["added"]) == ([], 0, 0)


def test_the_datapackage_names_them(directory: Directory) -> None:
    folder = PackageFolder(directory.settings.export_dir)
    for licence, named in (
        ("GODL India", {"name": "GODL-India", "title": "GODL India"}),
        ("https://example.org/licence", {"path": "https://example.org/licence"}),
    ):
        folder.take_out_of_use()
        DatapackageMaker(directory.worker, folder, Publication(**{**SAID, "licence": licence})).tend()
        [package] = folder.path.glob("*.zip")
        about = json.loads(zipfile.ZipFile(io.BytesIO(package.read_bytes())).read("datapackage.json"))
        assert about["licenses"] == [named]
        assert about["contributors"] == [
            {"title": "Health Department", "role": "publisher"},
            {"title": "Name the department.", "role": "author"},
        ]
