"""The profile: what we publish as the difference from the standard is the whole difference, and we keep to it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from directory_service.hsds.api.schemas import (
    json_schemas,
    schema_of,
)
from directory_service.listings.domain.hsds.objects import (
    fields_of,
    kinds,
)
from directory_service.listings.domain.hsds.profile import (
    PATCHES,
    merged,
)
from support.hsds import standard as hsds_standard

PROSE = {
    "title",
    "example",
    "name",
    "constraints",
    "core",
    "datapackage_type",
}  # of the standard's: says nothing of form


def essence(described: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """What of a schema decides whether a document fits, and what the profile says about a field in words."""
    said = patch.get("properties", {})
    return {
        "type": described["type"],
        "required": sorted(described.get("required", [])),
        "properties": {name: _essence(each, said.get(name, {})) for name, each in described["properties"].items()},
    }


def _essence(described: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    left_out = PROSE if "description" in said else PROSE | {"description"}
    found = {key: value for key, value in described.items() if key not in left_out}
    if "items" in found:
        found["items"] = {"$ref": found["items"]["$ref"]}
    return {key: value for key, value in found.items() if not ("$ref" in found and key == "type")}


def standards(kind: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((hsds_standard.folder() / "schema" / f"{kind}.json").read_text())
    return read


def test_our_patches_on_the_standards_files_give_what_we_serve(integrator: FlaskClient) -> None:
    about = integrator.get("/api/profile").get_json()
    assert len(about["schemas"]) == 24
    assert set(about["patches"]) == set(PATCHES)

    for kind, address in about["schemas"].items():
        patch = integrator.get(f"/api/profile/{kind}.json").get_json() if kind in about["patches"] else {}
        served = json.loads(integrator.get(f"/api/schema/{kind}.json").data)

        assert essence(merged(standards(kind), patch), patch) == essence(served, patch), kind
        assert served["$id"] == address


def test_the_marshmallow_schemas_are_the_domains_table() -> None:
    for kind in kinds():
        made = schema_of(kind)().fields
        assert list(made) == list(fields_of(kind))
        asked = PATCHES.get(kind, {}).get("required") or [
            each.name for each in fields_of(kind).values() if each.required
        ]
        assert {name for name, field in made.items() if field.required} == set(asked)


def test_the_components_of_the_openapi_document_are_the_same_schemas(integrator: FlaskClient) -> None:
    components = integrator.get("/api/openapi.json").get_json()["components"]["schemas"]
    for kind, served in json_schemas().items():
        name = schema_of(kind).__name__
        if name in components:  # those that no answer holds are not there
            told = json.loads(json.dumps(components[name]).replace("#/components/schemas/", "component:"))
            ours = {key: value for key, value in served.items() if key not in {"$schema", "name"}}
            assert told == json.loads(json.dumps(ours), object_hook=_as_component)


def _as_component(part: dict[str, Any]) -> dict[str, Any]:
    if isinstance(part.get("$ref"), str):
        part["$ref"] = f"component:{schema_of(part['$ref'].removesuffix('.json')).__name__}"
    return part


def test_unknown_names_are_not_found(integrator: FlaskClient) -> None:
    assert integrator.get("/api/schema/person.json").status_code == 404
    assert integrator.get("/api/profile/phone.json").status_code == 404
    assert integrator.get("/api/schema/..%2Fservice.json").status_code == 404


@pytest.fixture
def profiled(integrator: FlaskClient) -> Callable[[str], Draft202012Validator]:
    """Validators of the schemas as they are served."""
    served = [json.loads(integrator.get(f"/api/schema/{kind}.json").data) for kind in kinds()]
    registry: Registry[Any] = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in served)
    by_name = {each["name"]: each for each in served}
    return lambda kind: Draft202012Validator(by_name[kind], registry=registry, format_checker=FormatChecker())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("services", "service"),
        ("organizations", "organization"),
        ("service_at_locations", "service_at_location"),
        ("taxonomies", "taxonomy"),
        ("taxonomy_terms", "taxonomy_term"),
    ],
)
def test_every_answer_keeps_to_the_profile(
    integrator: FlaskClient, profiled: Callable[[str], Draft202012Validator], path: str, kind: str
) -> None:
    page = integrator.get(f"/api/{path}?per_page=100").get_json()

    for item in page["contents"]:
        profiled(kind).validate(integrator.get(f"/api/{path}/{item['id']}").get_json())


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging_is_rfc_7386s(target: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]) -> None:
    assert merged(target, patch) == result


def test_every_patched_field_is_one_of_the_standard() -> None:
    for kind, patch in PATCHES.items():
        assert set(patch.get("properties", {})) <= set(fields_of(kind))
        assert set(patch.get("required", [])) <= set(fields_of(kind))
