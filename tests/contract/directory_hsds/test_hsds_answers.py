"""Every answer of the directory against the standard's own compiled schemas, over the whole sample."""

import json
from typing import Any

from flask.testing import FlaskClient

from directory_service.listings.domain.hsds.objects import (
    fields_of,
    kinds,
)
from support.hsds import standard as hsds_standard

Json = dict[str, Any]


def every_page(client: FlaskClient, path: str, **query: str) -> list[Json]:
    """All pages of a list, following `Link: next`."""
    pages, number = [], 1
    while True:
        answer = client.get(path, query_string={**query, "per_page": "10", "page": str(number)})
        assert answer.status_code == 200, answer.text
        pages.append(answer.get_json())
        if 'rel="next"' not in answer.headers.get("Link", ""):
            return pages
        number += 1


def test_the_root_names_version_profile_and_openapi(integrator: FlaskClient) -> None:
    whole = integrator.get("/api/")
    answer = whole.get_json()

    assert '/api/docs>; rel="service-doc"' in whole.headers["Link"]
    assert answer["version"] == "3.2.3"
    assert answer["profile"].endswith("/api/profile")
    assert integrator.get("/api/profile").get_json()["name"] == "harm-reduction-in"
    assert answer["openapi_url"].endswith("/api/openapi.json")


def test_every_page_of_services_validates(integrator: FlaskClient) -> None:
    pages = every_page(integrator, "/api/services")

    for page in pages:
        hsds_standard.check_page("service_list", page)
    assert sum(page["size"] for page in pages) == pages[0]["total_items"] == 30
    assert len({item["id"] for page in pages for item in page["contents"]}) == 30


def test_minimal_services_validate_as_items_of_the_list(integrator: FlaskClient) -> None:
    for page in every_page(integrator, "/api/services", minimal="true"):
        hsds_standard.check_page("service_list", page)
        assert {*page["contents"][0]} == {"id", "name", "status", "modified_date"}


def test_every_page_of_full_services_validates(integrator: FlaskClient) -> None:
    for page in every_page(integrator, "/api/services", full="true"):
        hsds_standard.check_page("service", page)


def test_every_service_validates(integrator: FlaskClient) -> None:
    for page in every_page(integrator, "/api/services"):
        for item in page["contents"]:
            hsds_standard.check("service", integrator.get(f"/api/services/{item['id']}").get_json())


def test_every_organisation_validates_and_is_a_provider(integrator: FlaskClient) -> None:
    pages = every_page(integrator, "/api/organizations")

    names = []
    for page in pages:
        hsds_standard.check_page("organization_list", page)
        for item in page["contents"]:
            names.append(item["name"])
            hsds_standard.check("organization", integrator.get(f"/api/organizations/{item['id']}").get_json())
    assert not [name for name in names if "Police" in name or "Prison" in name or "approval" in name]
    for page in every_page(integrator, "/api/organizations", full="true"):
        hsds_standard.check_page("organization", page)


def test_ndjson_gives_every_service_a_line(integrator: FlaskClient) -> None:
    answer = integrator.get("/api/services?format=ndjson&full=true")

    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.content_type == "application/x-ndjson"
    assert len(rows) == 30
    for row in rows:
        hsds_standard.check("service", row)


def test_our_table_of_object_types_is_the_standards(integrator: FlaskClient) -> None:
    folder = hsds_standard.folder() / "schema"
    schemas = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json") if path.stem != "openapi"}

    assert set(kinds()) == set(schemas)
    for kind, schema in schemas.items():
        assert set(fields_of(kind)) == set(schema["properties"]), kind
        required = {name for name, field in fields_of(kind).items() if field.required}
        assert required == set(schema.get("required", [])), kind
        for name, field in fields_of(kind).items():
            expected = schema["properties"][name].get("type", "object")
            ours = {"[": "array", "<": "object"}.get(field.type[0], "number" if field.type == "number" else "string")
            assert ours == expected, (kind, name)


def test_every_service_at_a_location_validates(integrator: FlaskClient) -> None:
    pages = every_page(integrator, "/api/service_at_locations")

    assert pages[0]["total_items"] == 30
    for page in pages:
        hsds_standard.check_page("service_at_location_list", page)
        for item in page["contents"]:
            answer = integrator.get(f"/api/service_at_locations/{item['id']}")
            hsds_standard.check("service_at_location", answer.get_json())
    for page in every_page(integrator, "/api/service_at_locations", full="true"):
        hsds_standard.check_page("service_at_location", page)


def test_every_taxonomy_and_term_validates(integrator: FlaskClient) -> None:
    (taxonomies,) = every_page(integrator, "/api/taxonomies")
    terms = every_page(integrator, "/api/taxonomy_terms")

    hsds_standard.check_page("taxonomy", taxonomies)
    assert {item["name"] for item in taxonomies["contents"]} == {
        "harm-reduction-in/needs",
        "harm-reduction-in/attributes",
    }
    for page in terms:
        hsds_standard.check_page("taxonomy_term", page)
        for item in page["contents"]:
            assert integrator.get(f"/api/taxonomy_terms/{item['id']}").get_json() == item
    for item in taxonomies["contents"]:
        assert integrator.get(f"/api/taxonomies/{item['id']}").get_json() == item


def test_organisations_with_whole_services_inside_validate(integrator: FlaskClient) -> None:
    for page in every_page(integrator, "/api/organizations", full_service="true"):
        hsds_standard.check_page("organization", page)
        for item in page["contents"]:
            alone = integrator.get(f"/api/organizations/{item['id']}?full_service=true").get_json()
            assert alone == item
            for service in item["services"]:
                assert service == integrator.get(f"/api/services/{service['id']}").get_json()
    lines = integrator.get("/api/organizations?full_service=true&format=ndjson").text.splitlines()
    assert len(lines) == page["total_items"]
    assert item in [json.loads(line) for line in lines]


def test_every_term_that_a_document_uses_is_in_the_list_of_terms(integrator: FlaskClient) -> None:
    known = {item["id"]: item for page in every_page(integrator, "/api/taxonomy_terms") for item in page["contents"]}

    for page in every_page(integrator, "/api/services", full="true"):
        for service in page["contents"]:
            for attribute in service["attributes"]:
                assert known[attribute["taxonomy_term_id"]] == attribute["taxonomy_term"]
                found = integrator.get(
                    "/api/services",
                    query_string={"taxonomy_term_id": attribute["taxonomy_term_id"], "per_page": "100"},
                )
                assert service["id"] in {item["id"] for item in found.get_json()["contents"]}
