"""Examples of an API: recorded from a play of real requests, compared with `api/examples/*.json`, checked by schema.

An example shows an operation once. Ids are replaced in the order in which they come, and a list ends after its second
item, so that a play tells the same each time.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

Json = dict[str, Any]
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MESSAGE, _SECRET = re.compile(r"msg_[0-9a-f]{32}"), re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
WANTED = "each operation has an example (CONTRIBUTING, Add an endpoint)"
_HEADERS = frozenset({"If-Match", "Idempotency-Key"})


class Play:
    """What was asked and answered, by operation (`GET /api/notices`)."""

    def __init__(self, document: Json) -> None:
        self._document, self._ids, self.seen = document, dict[str, str](), dict[str, Json]()

    def note(self, answer: TestResponse, body: Any = None) -> TestResponse:
        """Keep an answer as its operation's example if it is the first; asserts that it is a good one."""
        assert answer.status_code < 300, (answer.request.path, answer.text)
        operation, given = self._place(answer.request.method, answer.request.path)
        given |= {name: value for name, value in answer.request.headers.items() if name in _HEADERS}
        found = {"body": body, "status": answer.status_code, "answer": answer.get_json(silent=True)}
        told = ({"parameters": given} if given else {}) | {key: each for key, each in found.items() if each is not None}
        self.seen.setdefault(operation, self._same(told))
        return answer

    def _place(self, method: str, path: str) -> tuple[str, dict[str, str]]:
        for told, item in self._document["paths"].items():
            named = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", told), path)
            if named and method.lower() in item and not ("{" in told and path in self._document["paths"]):
                return f"{method} {told}", named.groupdict()
        raise LookupError(f"{method} {path}")

    def _same(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._same(each) for each in value[:2]]
        if isinstance(value, dict):
            return {key: self._same(each) for key, each in value.items()}
        if not isinstance(value, str):
            return value
        named = _MESSAGE.sub(lambda found: "msg_" + self._stand_in(found).replace("-", ""), value)
        return _ID.sub(self._stand_in, _SECRET.sub("whsec_" + "A" * 43 + "=", named))

    def _stand_in(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"019a0f3e-7c1b-7d3a-9a55-{len(self._ids) + 1:012x}")


def compare(folder: Path, played: Mapping[str, Json]) -> None:
    """Assert that the folder's files hold what was played; SETU_WRITE_CONTRACTS=1 writes it, a file a resource."""
    if os.environ.get("SETU_WRITE_CONTRACTS") == "1":
        folder.mkdir(exist_ok=True)
        for resource, examples in _by_resource(played).items():
            text = json.dumps(examples, ensure_ascii=False, indent=1) + "\n"
            (folder / f"{resource}.json").write_text(text, encoding="utf-8")
    files = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    told = {name: each for file in files for name, each in file.items()}
    assert told == played, "written anew by SETU_WRITE_CONTRACTS=1 (CONTRIBUTING, Add an endpoint)"


def _by_resource(played: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    found: dict[str, dict[str, Json]] = {}
    for operation, example in played.items():
        found.setdefault(operation.split("/")[2].replace("-", "_"), {})[operation] = example
    return found


def operations_of(document: Json) -> Iterator[tuple[str, Json]]:
    """(name, operation) of everything that the document tells."""
    for path, item in document["paths"].items():
        yield from ((f"{method.upper()} {path}", each) for method, each in item.items() if method != "parameters")


def parts_with_examples(document: Json) -> Iterator[tuple[str, Json, Any]]:
    """(where, schema, example) of everything in the document that has an example."""
    for name, operation in operations_of(document):
        for parameter in operation.get("parameters", []):
            if "example" in parameter:
                yield f"{name} {parameter['name']}", parameter["schema"], parameter["example"]
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (each for part in contents for each in part.get("content", {}).values() if "example" in each):
            yield name, content["schema"], content["example"]
    for name, response in document["components"]["responses"].items():
        for content in response["content"].values():
            yield name, content["schema"], content["example"]


def faults_of_examples(document: Json) -> list[tuple[str, str, str]]:
    """(where, path, what) of each example that does not fit its schema."""
    found = []
    for where, schema, example in parts_with_examples(document):
        whole = {**schema, "components": document["components"]}  # references lead there
        faults = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(example)
        found += [(where, fault.json_path, fault.message) for fault in faults]
    return found


def operations_without_example(document: Json) -> list[str]:
    """Those whose address, body or answer is not shown."""
    return [name for name, operation in operations_of(document) if not _is_shown(operation)]


def _is_shown(operation: Json) -> bool:
    required = [each for each in operation.get("parameters", []) if each["in"] == "path"]
    answers = [each for status, each in operation["responses"].items() if status in {"200", "201"}]
    for parts in ([operation[key] for key in ("requestBody",) if key in operation], answers):
        shown = [each for part in parts for each in part["content"].values() if "example" in each]
        if parts and not shown:
            return False
    return all("example" in each for each in required)
