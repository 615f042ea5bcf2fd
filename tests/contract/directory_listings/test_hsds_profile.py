"""The profile: what we publish as the difference from the standard is the whole difference, and we keep to it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

import hsds_standard
from directory_service.domain.hsds.objects import kinds
from directory_service.domain.hsds.profile import PATCHES, merged, schema

COMPARED = ("type", "enum", "$ref")
FORMATS = {"uuid", "uri", "email", "date-time"}


def essence(described: dict[str, Any]) -> dict[str, Any]:
    """What of a schema decides whether a document fits."""
    return {
        "required": sorted(described.get("required", [])),
        "properties": {name: _essence(each) for name, each in described["properties"].items()},
    }


def _essence(described: dict[str, Any]) -> dict[str, Any]:
    found = {key: described[key] for key in COMPARED if key in described}
    if described.get("format") in FORMATS:
        found["format"] = described["format"]
    if "items" in described:
        found["items"] = described["items"]["$ref"]
    return {key: value for key, value in found.items() if not ("$ref" in found and key == "type")}


def standards(kind: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((hsds_standard.folder() / "schema" / f"{kind}.json").read_text())
    return read


@pytest.mark.parametrize("kind", kinds())
def test_our_schemas_before_the_patch_are_the_standards(kind: str) -> None:
    assert essence(schema(kind)) == essence(standards(kind))


@pytest.mark.parametrize("kind", kinds())
def test_the_patch_on_the_standards_file_gives_what_we_serve(integrator: FlaskClient, kind: str) -> None:
    about = integrator.get("/api/profile").get_json()
    patch = integrator.get(f"/api/profile/{kind}.json").get_json() if kind in about["patches"] else {}

    served = json.loads(integrator.get(f"/api/schema/{kind}.json").data)

    assert essence(merged(standards(kind), patch)) == essence(served)
    assert served["$id"] == about["schemas"][kind]


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
        assert set(patch.get("properties", {})) <= set(schema(kind)["properties"])
        assert set(patch.get("required", [])) <= set(schema(kind)["properties"])
