"""An OpenAPI document as operations to read, each with a command that a shell takes."""

import json
import shlex
from pathlib import Path

import pytest

from service_kit.web.openapi.operations import (
    schemas_of,
    sections_of,
    type_of,
)

CONTRACTS = Path(__file__).parents[3] / "contracts" / "openapi"


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_operation_has_a_command_for_its_own_address(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8")) | {"servers": [{"url": "http://setu.test"}]}

    operations = [each for section in sections_of(document) for each in section.operations]

    told = {(each.method.lower(), each.path) for each in operations}
    assert told == {
        (method, path) for path, item in document["paths"].items() for method in item if method != "parameters"
    }
    assert len({each.anchor for each in operations}) == len(operations)
    named = {name for name, _ in schemas_of(document)}
    for each in operations:
        words = [word for word in shlex.split(each.curl) if word.strip()]
        address = words[-1].partition("?")[0]
        assert words[:2] == ["curl", "-sS"]
        assert address.count("/") == each.path.count("/") + 2
        assert "{" not in address
        assert ("Authorization: Bearer $TOKEN" in words) != each.is_public
        assert {answer.type.schema for answer in each.answers if answer.type} - {""} <= named


def test_types_are_told_in_words() -> None:
    assert type_of({"type": "array", "items": {"$ref": "#/components/schemas/Phone"}}).words == "list of Phone"
    assert type_of({"type": ["string", "null"], "format": "date"}).words == "string or null (date)"
    assert type_of({"enum": ["json", "ndjson"]}).words == "one of json, ndjson"
