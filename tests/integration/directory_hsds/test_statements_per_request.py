"""How much a public address asks the database: the same few statements, however much there is to answer."""

import json
from pathlib import Path

from flask.testing import FlaskClient

from directory_service.importing.use_cases.import_files import (
    ImportOptions,
    import_files,
)
from support.hsds.generated_services import generated_services
from support.listings import (
    Directory,
    counted,
)

ALL = "per_page=100"
#: Statements that a request may send. `{services}` and so on is an object of that list.
EXPECTED = {
    "GET /api/services?{all}": 0,
    "GET /api/services?{all}&full=true&facets=needs,district&sort=name": 0,
    "GET /api/services?{all}&minimal=true": 0,
    "GET /api/services?{all}&search=centre": 0,
    "GET /api/services?full=true&format=ndjson": 0,
    "POST /api/services": 0,
    "GET /api/services/{services}": 1,
    "GET /api/organizations?{all}": 3,
    "GET /api/organizations?{all}&full=true": 3,
    "GET /api/organizations?{all}&full_service=true": 4,
    "GET /api/organizations?full=true&format=ndjson": 2,
    "POST /api/organizations": 3,
    "GET /api/organizations/{organizations}": 1,
    "GET /api/organizations/{organizations}?full_service=true": 2,
    "GET /api/service_at_locations?{all}&full=true": 3,
    "GET /api/service_at_locations?{all}&postcode=700001&proximity=5000": 3,
    "GET /api/service_at_locations?full=true&format=ndjson": 2,
    "POST /api/service_at_locations": 3,
    "GET /api/service_at_locations/{service_at_locations}": 1,
    "GET /api/taxonomies": 3,
    "POST /api/taxonomies": 3,
    "GET /api/taxonomies/{taxonomies}": 1,
    "GET /api/taxonomy_terms?{all}": 3,
    "POST /api/taxonomy_terms": 3,
    "GET /api/taxonomy_terms/{taxonomy_terms}": 1,
    "GET /api/changes?limit=100": 1,
    "GET /api/changes?limit=100&minimal=true": 1,
    "GET /api/districts": 1,
    "GET /api/export/datapackage.zip": 2,
    "GET /api/": 0,
    "GET /api/profile": 0,
    "GET /api/schema/service.json": 0,
    "GET /?district=315": 2,
    "GET /services/{services}": 1,
    "GET /sitemap.xml": 0,
    "GET /sitemaps/1.xml": 0,
}
KINDS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")


def fill(directory: Directory, count: int, folder: Path) -> None:
    path = folder / "generated.ndjson"
    path.write_text("\n".join(json.dumps(each) for each in generated_services(count)))
    if count:
        report = import_files(directory.worker, ImportOptions(str(path), source="generated"), directory.now)
        assert not report.rejected
    directory.index()
    directory.pack()


def statements(directory: Directory, visitor: FlaskClient, address: str) -> int:
    method, _, path = address.partition(" ")
    with counted(directory.web) as seen:
        answer = visitor.open(path, method=method, json={"per_page": 100} if method == "POST" else None)
        assert answer.status_code in {200, 404}, (address, answer.text[:300])
        answer.get_data()  # streams are read to their end
    return len(seen)


def some_id(visitor: FlaskClient, path: str) -> str:
    contents = visitor.get(f"/api/{path}?per_page=1").get_json()["contents"]
    return contents[0]["id"] if contents else "00000000-0000-4000-8000-000000000000"


def test_no_public_address_asks_more_when_there_is_more(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    for count in (0, 25, 100):
        fill(directory, count, tmp_path)
        known = {"all": ALL} | {kind: some_id(visitor, kind) for kind in KINDS}
        asked = {address: statements(directory, visitor, address.format(**known)) for address in EXPECTED}
        if count:
            assert asked == EXPECTED
        else:  # an id that nobody has is looked for once more, among what was deleted
            assert not {address for address, number in asked.items() if number > EXPECTED[address] + 1}
