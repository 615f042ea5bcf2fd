"""A use case that no program runs keeps no promise: tests alone would go on calling it.

Whoever takes a job out of a worker, or an act out of a page and its API, is asked here whether the use case goes, too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = ("services", "libs", "ops")


def test_each_use_case_is_called_by_a_program() -> None:
    modules = {module for path in ROOT.glob("services/**/use_cases/**/*.py") if (module := name_of(path))}
    used = {name for folder in PROGRAMS for path in (ROOT / folder).rglob("*.py") for name in imported_by(path)}

    assert modules - used == set(), "nothing but tests imports these"


def name_of(path: Path) -> str:
    """The module's dotted name; "" of a package itself."""
    return "" if path.stem == "__init__" else ".".join(path.relative_to(ROOT / "services").with_suffix("").parts)


def imported_by(path: Path) -> Iterator[str]:
    source = path.read_text()
    for node in ast.walk(ast.parse(source)) if "use_cases" in source else ():
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
