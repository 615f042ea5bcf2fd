"""Examples in the OpenAPI document, from files that tests send and compare: `api/examples/<resource>.json`.

    {"GET /api/services": {"parameters": {"needs": "OST", "per_page": 2}, "status": 200, "answer": {…}}}

`body` is what a change sends, `answer` what came back with `status`; both may be left out where there is none. Each
stands where OpenAPI 3.1 wants it: beside the parameter, the request's body, the answer. An example of an operation that
does not exist stops the process at start, so none outlives its route.
"""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def read_examples(service: Path) -> dict[str, Json]:
    """Return every example by operation (`GET /api/services`), from each `api/examples/` below the service's folder."""
    files = sorted(service.glob("**/api/examples/*.json"))
    return {name: each for file in files for name, each in json.loads(file.read_text(encoding="utf-8")).items()}


def lay_in(document: Json, examples: dict[str, Json]) -> None:
    """Put the examples into the document. Raises KeyError for an operation or parameter that it does not tell."""
    for name, example in examples.items():
        method, path = name.split(" ")
        item = document["paths"][path]
        operation = item[method.lower()]
        told = {each["name"]: each for each in [*item.get("parameters", []), *operation.get("parameters", [])]}
        shown = example.get("parameters", {})
        # An address's parameters stand once for all its methods; the operation's own, with its example, goes before.
        told |= {name: {**told[name], "example": _typed(told[name], value)} for name, value in shown.items()}
        if told:
            operation["parameters"] = list(told.values())
        if "body" in example:
            _into(operation["requestBody"], example["body"])
        if "answer" in example:
            _into(operation["responses"][str(example["status"])], example["answer"])


def _typed(parameter: Json, value: Any) -> Any:
    """The value of a list that stands in an address with commas between."""
    is_list = parameter.get("explode") is False and parameter["schema"].get("type") == "array"
    return value.split(",") if is_list else value


def _into(part: Json, value: Any) -> None:
    """The example stands with the first way of writing it, which is JSON."""
    next(iter(part["content"].values()))["example"] = value
