"""Within a version the JSON APIs only gain: what the last release documented is documented still, and asks for no more.

`contracts/released/` holds what it promised and demanded, a line each. A release writes them anew:
`SETU_WRITE_RELEASED=1 pytest tests/contract/test_nothing_documented_vanished.py`.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from support.documented import demands_of, promises_of

CONTRACTS = Path(__file__).parents[2] / "contracts"
SERVICES = sorted(path.stem for path in (CONTRACTS / "openapi").glob("*.json"))


def document_of(service: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((CONTRACTS / "openapi" / f"{service}.json").read_text(encoding="utf-8"))
    return document


def lines_of(service: str) -> set[str]:
    return set((CONTRACTS / "released" / f"{service}.txt").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("service", SERVICES)
def test_what_was_released_is_still_documented_and_nothing_more_is_demanded(service: str) -> None:
    document = document_of(service)
    promises, demands = set(promises_of(document)), set(demands_of(document))
    if os.environ.get("SETU_WRITE_RELEASED"):
        lines = "\n".join(sorted(promises | demands))
        (CONTRACTS / "released" / f"{service}.txt").write_text(f"{lines}\n", encoding="utf-8")
    released = lines_of(service)
    known = {line.partition(" needs ")[0] for line in released}

    assert sorted(released - promises - demands - {line for line in released if " needs " in line}) == []
    new = {line for line in demands - released if line.partition(" needs ")[0] in known}
    assert sorted(line for line in new if is_sent(line, document)) == []


def is_sent(demand: str, document: dict[str, Any]) -> bool:
    """Whether a program has to send it: a parameter, or a field of a body. What answers always have is a gain."""
    name = demand.partition(" needs ")[0]
    operations = [each for item in document["paths"].values() for each in item.values() if isinstance(each, dict)]
    bodies = [each["requestBody"] for each in operations if "requestBody" in each]
    return " " in name or f'"#/components/schemas/{name}"' in json.dumps(bodies)


def test_the_lines_tell_of_what_goes() -> None:
    document = document_of("directory_service")
    before = set(promises_of(document)), set(demands_of(document))
    service = document["components"]["schemas"]["ServiceInList"]
    del document["paths"]["/api/services"]["get"]["parameters"][0], service["properties"]["name"]
    document["components"]["schemas"]["Credentials"]["required"] = ["user", "password", "shoe_size"]

    gone, asked = before[0] - set(promises_of(document)), set(demands_of(document)) - before[1]

    assert "ServiceInList.name" in gone
    assert any(line.startswith("GET /api/services takes ") for line in gone)
    assert asked == {"Credentials needs shoe_size"}
    assert is_sent("Credentials needs shoe_size", document)
