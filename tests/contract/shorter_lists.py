"""A hook of schemathesis: lists of codes in a body are made up without a thought of how long they may be.

Why: a third of the time of the directory's document went into drawing lists of 400 characters sharp, nearly all of them
in vain, for their codes are not of one length. `test_finding_by_conditions.py` asks for both sides of that length;
`make soak` draws them. Not a test module.
"""

from typing import Any

import schemathesis


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Forget the lengths; what a list may hold stands in its pattern."""
    for schema in raw_schema["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            if "x-items" in field:
                del field["minLength"], field["maxLength"]
