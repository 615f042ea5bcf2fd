"""The standard's own compiled schemas, from the shared folder that is not part of the project.

Checked by a validator that compiles a schema once: the schemas are megabytes, and the answers a hundred thousand.
"""

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

FOLDER = Path(os.environ.get("SETU_HSDS_DIR", Path(__file__).parents[4] / "shared" / "hsds"))
REQUIRED = any(os.environ.get(name) == "1" for name in ("SETU_REQUIRE_SHARED_DATA", "SETU_REQUIRE_SHARED"))
PAGE = {
    "type": "object",
    "required": ["empty", "contents"],
    "properties": {
        "total_items": {"type": "integer"},
        "total_pages": {"type": "integer"},
        "page_number": {"type": "integer"},
        "size": {"type": "integer"},
        "first_page": {"type": "boolean"},
        "last_page": {"type": "boolean"},
        "empty": {"type": "boolean"},
        "contents": {"type": "array"},
    },
}


_BASE = "https://schema.invalid/"
_PAGE = Draft202012Validator(PAGE)


def folder() -> Path:
    """Where the standard is; a test that needs it skips with the reason, and in CI fails."""
    if not (FOLDER / "schema").is_dir():
        if REQUIRED:
            pytest.fail(f"the standard is needed here and is not at {FOLDER} (SETU_HSDS_DIR)")
        pytest.skip(f"the HSDS schemas are not at {FOLDER} (SETU_HSDS_DIR)")
    return FOLDER


def _retrieve(address: str) -> Any:
    """What a file that is not compiled refers to: another one beside it."""
    return json.loads((folder() / "schema" / address.removeprefix(_BASE)).read_bytes())


@cache
def _validator(name: str) -> Draft202012Validator:
    plain = folder() / "schema" / "compiled" / f"{name}.json"
    packed = plain.with_name(plain.name + ".gz")
    loose = folder() / "schema" / f"{name}.json"
    if packed.exists():
        text = gzip.decompress(packed.read_bytes())
    else:
        text = (plain if plain.exists() else loose).read_bytes()
    return Draft202012Validator(json.loads(text), validate_formats=True, base_uri=_BASE, retriever=_retrieve)


def check(name: str, document: Any) -> None:
    """Raise ValidationError where the document is not what the standard's `name` says (`service`, `service_list` …)."""
    _validator(name).validate(document)


def check_page(name: str, page: Any) -> None:
    """The `Page` envelope, and each item in it."""
    _PAGE.validate(page)
    for item in page["contents"]:
        check(name, item)
