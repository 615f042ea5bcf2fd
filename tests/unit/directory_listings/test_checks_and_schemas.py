"""What our own check of a record lets through fits the JSON Schema that we publish; both come from one table."""

import json
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from directory_service.hsds.api.schemas import (
    json_schemas,
    schema_of,
)
from directory_service.listings.domain.hsds.objects import (
    StandardField,
    faults,
    fields_of,
    kinds,
)
from directory_service.listings.domain.hsds.profile import PATCHES
from support.hsds import standard as hsds_standard
from support.kit.examples import examples

JUNK = st.sampled_from([None, True, 7, -0.5, "", "x", [], ["x"], {}, {"id": 3}])
FITTING = {
    "uuid": "21204aa5-1387-5e70-92a3-91f6fc0deb3d",
    "uri": "https://ngo.example/a",
    "email": "a@ngo.example",
    "date-time": "2026-11-24T12:00:00+05:30",
    "number": 5,
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (f"https://setu.test/{kind}.json", Resource.from_contents({**schema, "$id": f"https://setu.test/{kind}.json"}))
    for kind, schema in json_schemas().items()
)


def values(field: StandardField, depth: int) -> st.SearchStrategy[Any]:
    """Mostly what fits, sometimes anything."""
    inner = field.type[1:-1]
    if field.type.startswith("["):
        fitting: st.SearchStrategy[Any] = st.lists(objects(inner, depth - 1), max_size=2) if depth else st.just([])
    elif field.type.startswith("<"):
        fitting = objects(inner, depth - 1) if depth else objects(inner, 0)
    elif field.type.startswith("{"):
        fitting = st.sampled_from(inner.split("|"))
    else:
        fitting = st.just(FITTING.get(field.type, "words"))
    return st.integers(0, 19).flatmap(lambda dice: JUNK if dice == 0 else fitting)


def objects(kind: str, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of a type that mostly have what is required, and a few other fields."""
    known = fields_of(kind)
    needed = {name: values(field, depth) for name, field in known.items() if field.required}
    others = {name: values(field, depth) for name, field in list(known.items())[:12] if not field.required}
    return st.fixed_dictionaries(needed, optional=others)


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_what_the_check_lets_through_fits_the_published_schema(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(kinds()))
    record = data.draw(objects(kind, 1))
    validator = Draft202012Validator({"$ref": f"https://setu.test/{kind}.json"}, registry=REGISTRY)

    if not list(faults(kind, record)):
        event("fits")
        assert [error.json_path for error in validator.iter_errors(record) if not _asked_by_profile(error)] == []
    else:
        event("does not")


def _asked_by_profile(error: Any) -> bool:
    """The profile asks our own answers for fields that whoever hands a record in may leave out."""
    asked = [set(patch["required"]) for patch in PATCHES.values() if "required" in patch]
    return error.validator == "required" and set(error.validator_value) in asked


@pytest.mark.parametrize("kind", kinds())
def test_a_schema_reads_what_it_describes(kind: str) -> None:
    record = {name: FITTING[field.type] for name, field in fields_of(kind).items() if field.type in FITTING}

    read = schema_of(kind)(partial=True).load({**record, "of_tomorrow": 1})

    assert json.loads(schema_of(kind)().dumps(read)) == record


@pytest.mark.parametrize("kind", ["organization", "service_at_location"])
def test_what_the_standard_gives_as_an_example_and_an_import_keeps_fits_the_published_schema(kind: str) -> None:
    example = json.loads((hsds_standard.folder() / "examples" / f"{kind}_full.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator({"$ref": f"https://setu.test/{kind}.json"}, registry=REGISTRY)

    assert [fault.message for fault in validator.iter_errors(example)] == []
