"""Checks that the code silences: few, each with its reason, and never the one that guards a library's privates."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SILENCED = re.compile(r"# (?:noqa(?P<rules>: [A-Z0-9, ]+)?|type: ignore(?P<kinds>\[[a-z, -]+\])?)(?P<rest>.*)")
MOST = 70


PRODUCT = ("services", "libs", "ops")


def silenced(*folders: str) -> list[tuple[str, re.Match[str]]]:
    """Every line that silences a check, with its place."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if match := SILENCED.search(line):
                    found.append((f"{path.relative_to(ROOT)}:{number}", match))
    return found


def test_few_checks_are_silenced() -> None:
    assert len(silenced(*PRODUCT)) <= MOST


def test_each_names_its_rule_and_its_reason() -> None:
    bare = [place for place, line in silenced(*PRODUCT, "tests") if not (line["rules"] or line["kinds"])]
    mute = [place for place, line in silenced(*PRODUCT, "tests") if not re.search(r"[a-z]{2}", line["rest"])]

    assert (bare, mute) == ([], [])


def test_no_private_part_of_a_library_is_used() -> None:
    assert [place for place, line in silenced(*PRODUCT, "tests") if "SLF001" in (line["rules"] or "")] == []
