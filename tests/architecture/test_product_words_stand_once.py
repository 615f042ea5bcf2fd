"""The product's own words stand once, in `libs/setu`: no service has a list of roles or an event of nobody's."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from setu.events import EXCHANGES, SESSION_EVENTS, SUBSCRIPTIONS
from setu.navigation import FRAME, MENU
from setu.roles import PEOPLE, TITLES

ROOT = Path(__file__).resolve().parents[2]
FILES = [path for path in (ROOT / "services").rglob("*.py") if "migrations" not in path.parts]
EVENT_TYPE = re.compile(r"[a-z]+(\.[a-z]+)+\.v[0-9]+")
SOURCES = {path: path.read_text() for path in FILES}


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(SOURCES[path])):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _collections(path: Path) -> Iterator[set[str]]:
    """The literal tuples, lists and sets of texts in a module."""
    for node in ast.walk(ast.parse(SOURCES[path])):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            yield {each.value for each in node.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_every_event_that_a_service_names_has_an_exchange() -> None:
    versioned = [path for path in FILES if re.search(r"\.v[0-9]", SOURCES[path])]
    named = {text for path in versioned for text in _texts(path) if EVENT_TYPE.fullmatch(text)}

    assert {text for text in named if f"{text.partition('.')[0]}.events" not in EXCHANGES} == set()
    assert {kind for kinds in SUBSCRIPTIONS.values() for kind in kinds} <= {
        *named,
        *SESSION_EVENTS,
        "directory.organization.changed.v1",
    }


def test_no_service_writes_down_a_set_of_roles() -> None:
    lists = {
        f"{path.relative_to(ROOT)}: {sorted(found & set(PEOPLE))}"
        for path in FILES
        if sum(role in SOURCES[path] for role in PEOPLE) > 1  # few do: to parse the others takes a second
        for found in _collections(path)
        if len(found & set(PEOPLE)) > 1 and path.name != "sample_accounts.py"  # whom the sample has
    }

    assert lists == set(), "take a tuple of libs/setu/roles.py, or give this one a name there"


def test_the_menu_names_services_and_roles_that_exist() -> None:
    services = {name.removesuffix("_service") for name in SUBSCRIPTIONS}

    assert {item.service for item in MENU} | {service for service, _ in FRAME.values()} <= services
    assert {role for item in MENU for role in item.roles or ()} <= set(TITLES)
