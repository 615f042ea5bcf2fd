"""Hooks of schemathesis: made-up requests may be about what is there, at its version, and of any length.

Why the lengths: a third of the time of the directory's document went into drawing lists of 400 characters sharp, nearly
all of them in vain, for their codes are not of one length. `test_finding_by_conditions.py` asks for both sides of that
length; `make soak`, which says `SETU_SCHEMATHESIS_ROUNDS`, draws them. Why the version: a document's example names one
that nothing here has. Not a test module.
"""

import json
import os
from typing import Any

import schemathesis

TAGS = json.loads(os.environ.get("SETU_TAGS", "{}"))
"""The ETag of what an operation is asked about, by its method and path."""


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Forget the lengths; what a list may hold stands in its pattern."""
    if "SETU_SCHEMATHESIS_ROUNDS" in os.environ:
        return
    for schema in raw_schema["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            if "x-items" in field:
                del field["minLength"], field["maxLength"]


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case, _kwargs: dict[str, Any]) -> None:
    """Name the version that is there, where a request names one at all as it should."""
    tag = TAGS.get(case.operation.label)
    if tag and str(case.headers.get("If-Match", "")).startswith('"'):
        case.headers["If-Match"] = tag
