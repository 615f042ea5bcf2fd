"""`contracts/openapi/directory_service.json` is what the service says of itself.

After a change on purpose: `SETU_WRITE_CONTRACTS=1 pytest tests/contract/directory_hsds/test_directory_openapi.py`.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from directory_service.app import create_app
from directory_service.settings import load

CONTRACT = Path(__file__).parents[3] / "contracts" / "openapi" / "directory_service.json"
WRITE_ANEW = "write it anew with SETU_WRITE_CONTRACTS=1, twice (CONTRIBUTING, Add an endpoint)"


def test_the_published_document_is_the_one_that_is_served(fresh_database: Callable, settings_env: Callable) -> None:
    app = create_app(load(settings_env("directory", fresh_database("directory"))))

    answer = app.test_client().get("/api/openapi.json")
    held = app.test_client().get("/api/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (held.status_code, held.data) == (304, b"")
    served = answer.get_json()
    assert served.pop("servers") == [{"url": "http://directory.test"}]  # where it stands is no part of the contract

    if os.environ.get("SETU_WRITE_CONTRACTS") == "1":
        CONTRACT.parent.mkdir(parents=True, exist_ok=True)
        CONTRACT.write_text(json.dumps(served, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(CONTRACT.read_text(encoding="utf-8")) == served, WRITE_ANEW


def test_every_parameter_and_every_operation_is_told_in_words() -> None:
    for path, item in json.loads(CONTRACT.read_text(encoding="utf-8"))["paths"].items():
        for method, operation in ((key, each) for key, each in item.items() if key != "parameters"):
            assert operation["summary"], (method, path)
            silent = [each["name"] for each in operation.get("parameters", []) if not each.get("description")]
            assert [name for name in silent if "{" + name + "}" not in path] == [], (method, path)


def test_the_ways_of_finding_that_the_integrators_page_names_exist() -> None:
    page = (CONTRACT.parents[2] / "docs" / "integrators.md").read_text(encoding="utf-8")
    section = page.partition("## Finding\n")[2].partition("\n## ")[0]
    operation = json.loads(CONTRACT.read_text(encoding="utf-8"))["paths"]["/api/services"]["get"]
    known = {each["name"]: each["schema"] for each in operation["parameters"]}

    rows = [row.split("|")[2] for row in section.splitlines() if row.startswith("| ") and "---" not in row][1:]
    named = re.findall(r"`([a-z_]+)(?:=([^`]*))?`", " ".join(rows))
    values = {value for schema in known.values() for value in schema.get("enum", [])}

    assert len(named) > 25
    assert [name for name, _ in named if name not in known and name not in values] == []


@pytest.mark.parametrize("document", sorted(CONTRACT.parent.glob("*.json")), ids=lambda path: path.stem)
def test_expressions_are_those_of_json_schema(document: Path) -> None:
    patterns = re.findall(r'"pattern": "(.*?)"', document.read_text(encoding="utf-8"))

    assert [each for each in patterns if re.search(r"\\\\[AZz]|\(\?P", each)] == []
