"""Decisions, glossary, aims of speed and files that texts name: what the pages list is what there is."""

import pkgutil
import re
from pathlib import Path

import pytest

from bench.__main__ import load_benchmarks
from setu.events import SERVICES

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
HEAD = re.compile(
    r"# (\d+)\. (.+)\n\nStatus: (accepted|superseded by \[\d+\]\(0\d+-[a-z0-9-]+\.md\)) · \d{4}-\d\d-\d\d\n"
)
GLOSSARY = re.findall(r"^\| \*(.+?)\* \|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
WORDS = [word for words in GLOSSARY for word in words.split(", ")]
TEXTS = {".py", ".md", ".html", ".yaml", ".json"}
TOPS = ("services", "libs", "ops", "tests", "docs", "contracts")
NAMES_FILES = [
    *(path for top in TOPS for path in sorted((ROOT / top).rglob("*")) if path.suffix in {".py", ".md"}),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
]
PACKAGES = "service_kit|setu_cli|setu|directory_service|referral_service|notification_service"
NAMED_MODULE = re.compile(rf"`((?:{PACKAGES})(?:\.(?!js\b)[a-z_]+)+)(?:\.[A-Z]\w*)?(?:\(\))?`")
SETTINGS = {f"setu.{name}" for name in ("organization", "account", "role", "districts", "hand")}
"""Of a transaction, which row-level security reads."""
QUEUES = {f"{service}.{kind}" for service in SERVICES for kind in ("inbox", "dead")}
PRIVACY = (ROOT / "docs" / "privacy.md").read_text()
TABLES_OF_PROMISES = [table for table in PRIVACY.split("\n\n") if re.match(r"\| (rule \| )?promise \|", table)]
PROMISES = [row for table in TABLES_OF_PROMISES for row in table.splitlines()[2:] if row.startswith("|")]
RULES = set(re.findall(r"^\| (\d+) \|", PRIVACY, re.MULTILINE))
CITED = re.compile(r"\b[Rr]ules? (\d+)(?:, (\d+))*(?: and (\d+))?(?! s\.)")
RULES_OF_A_SERVICE = re.compile(
    r"^## Where a rule lives\n\| (?:Question|Rule) \| File \|\n\| --- \| --- \|\n((?:\|.+\n)+)", re.MULTILINE
)
NAMED_FILE = re.compile(r"`((?:\w+/)+(?!000N)\w+\.(?:py|html|js|css|txt))`")


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name[:4])
def test_each_decision_has_a_status_and_a_date_and_stands_in_the_index(page: Path) -> None:
    head = HEAD.match(page.read_text())

    assert head, "the head is: title, empty line, `Status: accepted · 2026-11-28` or `superseded by [30](0030-….md)`"
    number, title, status = head.groups()
    assert int(number) == int(page.name[:4])
    assert f"| [{number}]({page.name}) | {title} | {status} |" in (page.parent / "README.md").read_text()


def test_the_index_names_only_decisions_that_are_there() -> None:
    named = re.findall(r"^\| \[\d+\]\((.+?)\)", (ROOT / "docs" / "adr" / "README.md").read_text(), re.MULTILINE)

    assert named == [page.name for page in DECISIONS]


@pytest.fixture(scope="module")
def everything() -> str:
    """All texts of code and docs but the glossary itself, in lower case, with blanks for underscores."""
    tops = (ROOT / top for top in ("services", "libs", "ops", "contracts", "docs"))
    files = (path for top in tops for path in top.rglob("*") if path.suffix in TEXTS and path.name != "glossary.md")
    return " ".join(re.sub(r"[\s_]+", " ", path.read_text()) for path in files).lower()


@pytest.mark.parametrize("word", WORDS)
def test_each_word_of_the_glossary_is_used(word: str, everything: str) -> None:
    assert re.search(rf"\b{re.escape(word.lower())}", everything)


def test_each_aim_of_speed_has_its_benchmark_and_each_benchmark_its_aim() -> None:
    aims = (ROOT / "docs" / "operations.md").read_text().partition("## Measure of speed")[2]

    assert set(re.findall(r"^\| `([a-z_]+)` \|", aims, re.MULTILINE)) == set(load_benchmarks())


def test_each_file_that_a_text_names_is_there() -> None:
    there = [f"/{path.relative_to(ROOT)}" for top in TOPS for path in (ROOT / top).rglob("*.*")]
    named = {(path.name, file) for path in NAMES_FILES for file in NAMED_FILE.findall(path.read_text())}

    assert len(named) > 50
    assert [one for one in sorted(named) if not any(path.endswith(f"/{one[1]}") for path in there)] == []


@pytest.mark.parametrize(
    "package",
    [*(ROOT / "services" / each for each in SERVICES), ROOT / "libs" / "service_kit"],
    ids=lambda package: package.name,
)
def test_each_row_of_where_a_rule_lives_names_files_that_hold_what_it_says(package: Path) -> None:
    (table,) = RULES_OF_A_SERVICE.findall((package / "README.md").read_text())
    rows = [row.strip("| ").partition(" | ") for row in table.splitlines()]

    assert len(rows) > 20
    assert {question: lacking for question, _, answer in rows if (lacking := _lacks(answer, package))} == {}


def _lacks(answer: str, package: Path) -> list[str]:
    """The files that are not there, and the names that stand in none of the row's files."""
    code = re.findall(r"`([^`]+)`", answer)
    files, lacking, folder = list[Path](), list[str](), package
    for name in (one for one in code if re.fullmatch(r"[\w/*]+(?:/|\.(?:py|html|css|js|txt))", one)):
        found = sorted(path for base in (package, package.parent, ROOT, folder) for path in base.glob(name))
        files += found
        folder = next((path if path.is_dir() else path.parent for path in found), folder)
        lacking += [] if found else [name]
    texts = [path.read_text() for path in files if path.is_file()]
    names = [one for one in code if re.fullmatch(r"[A-Za-z_]+", one)]
    return lacking + [one for one in names if not any(re.search(rf"\b{one}\b", text) for text in texts)]


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_of_privacy_names_its_test(promise: str) -> None:
    """That the file is there is looked at above."""
    assert len(PROMISES) > 20
    assert re.search(r"`tests/(?:\w+/)+test_\w+\.py` ?[|,]", promise), promise


def test_each_module_that_a_text_names_is_there() -> None:
    named = {(path.name, module) for path in NAMES_FILES for module in NAMED_MODULE.findall(path.read_text())}

    assert len(named) > 20
    assert [one for one in sorted(named) if one[1] not in SETTINGS | QUEUES and not is_there(one[1])] == []


def test_each_rule_of_the_wall_that_a_text_cites_stands_on_the_page_of_privacy() -> None:
    sources = [path for path in NAMES_FILES if path.suffix == ".py"]
    cited = {(path.name, number) for path in sources for found in CITED.findall(path.read_text()) for number in found}

    assert [one for one in sorted(cited) if one[1] and one[1] not in RULES] == []


def is_there(dotted: str) -> bool:
    """A package or a module, or something that a module has."""
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True
