"""A transaction ends where it began: in `Database.transaction`, by leaving the block or by what is raised in it.

Who ended the one that was handed to them would cut off what their caller does in it: a consumer's event would be
acknowledged though half of it was undone, and what comes after would run without the scope.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENDS = {"commit", "rollback", "close"}


def test_nobody_ends_the_transaction_that_was_handed_to_them() -> None:
    paths = [path for folder in ("services", "libs", "ops") for path in sorted((ROOT / folder).rglob("*.py"))]
    found = {(str(path.relative_to(ROOT)), line) for path in paths for line in ended_in(path.read_text())}

    assert {path for path, _ in found} == {"libs/service_kit/db/engine.py"}, found


def ended_in(source: str) -> list[int]:
    """Lines that call one of these on something named `session`."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ENDS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "session"
    ]
