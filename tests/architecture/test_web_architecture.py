"""What holds for every service's web side, whoever adds the next route or page."""

import ast
import json
import logging
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask

from service_kit.web.access.require import (
    Access,
    access_of,
)
from setu.navigation import MENU
from setu.roles import TITLES

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("directory", "referral", "notification")
ENTRIES = {"README.md", "__init__.py", "app.py", "worker.py", "cli.py", "settings.py", "translations"}
ROOMS = {"__init__.py", "cli.py", "api", "pages", "consumers.py", "use_cases", "domain", "store", "outside"}
SUBJECTS = {
    "organizations",
    "accounts",
    "listings",
    "editing",
    "finding",
    "hsds",
    "importing",
    "partnership",
    "registry",
}
BESIDE_ROOMS = {"callers.py"}  # what api and pages both read from Flask's request
MORE_ROOMS = {"sample"}  # data that a command loads, no code
ONLY_GROW = {"versions", "events"}  # migrations that ran, contracts that were published: nothing is taken out
TEXTS = {path: path.read_text() for top in ("services", "libs") for path in sorted(ROOT.glob(f"{top}/**/*.html"))}
"""Of each template."""
ON_PAPER = {"card_sheets.html"}  # a command writes it as a file that is opened and printed without our server
every_service = pytest.mark.parametrize("service", SERVICES)


def _routes(app: Flask) -> Iterator[tuple[str, str, Access | None]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}", method, access_of(app, rule.endpoint, method)


@every_service
def test_every_route_says_who_may_use_it(app_of: Callable[[str], Flask], service: str) -> None:
    routes = list(_routes(app_of(service)))

    assert [name for name, _, access in routes if access is None] == []
    assert len(routes) > 8


@every_service
def test_a_web_process_logs_as_json_under_its_services_name(new_app_of: Callable[[str], Flask], service: str) -> None:
    before = logging.getLogger().handlers[:]
    new_app_of(service)
    (handler,) = logging.getLogger().handlers
    logging.getLogger().handlers[:] = before

    line = json.loads(handler.format(logging.makeLogRecord({"msg": "a line"})))
    assert (line["service"], line["process"]) == (service, "web")


@every_service
def test_a_search_engine_is_told_what_it_may_look_at(app_of: Callable[[str], Flask], service: str) -> None:
    told = app_of(service).test_client().get("/robots.txt")

    assert (told.status_code, told.mimetype) == (200, "text/plain")
    assert "Disallow: /\n" in told.text
    assert ("Allow: /services/" in told.text) == (service == "directory")


@every_service
def test_the_menus_numbers_are_those_that_the_service_counts(app_of: Callable[[str], Flask], service: str) -> None:
    counted = {item.path for item in MENU if item.service == service and item.counted}
    told = set(app_of(service).extensions["setu_menu_counts"].of)
    assert told == counted, "an Item that is `counted` (setu/navigation.py) has its function in MenuCounts (app.py)"


@every_service
def test_every_role_that_a_route_names_exists(app_of: Callable[[str], Flask], service: str) -> None:
    named = {role for _, _, access in _routes(app_of(service)) if access for role in access.roles}

    assert named <= set(TITLES)


@every_service
def test_a_stranger_gets_in_nowhere_but_where_it_says_public(app_of: Callable[[str], Flask], service: str) -> None:
    app = app_of(service)
    client = app.test_client()
    answers = {}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            access = access_of(app, rule.endpoint, method)
            if access is not None and not access.is_public:
                path = re.sub(r"<(uuid|int|\w*):?\w*>", "00000000-0000-0000-0000-000000000001", rule.rule)
                answer = client.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
                led = answer.status_code == 303 and answer.headers["Location"].startswith("http://directory.test/")
                answers[f"{method} {rule.rule}"] = "refused" if led or answer.status_code == 401 else answer.status
    not_there = {name: status for name, status in answers.items() if status != "refused" and "<int" not in name}

    assert not_there == {}


def _names(folder: Path) -> set[str]:
    return {re.sub(r"^cli_\w+", "cli", path.name) for path in folder.iterdir()} - {"__pycache__"} - MORE_ROOMS


@pytest.mark.parametrize("service", ["referral", "notification"])
def test_a_services_rooms_have_the_same_names(service: str) -> None:
    found = _names(ROOT / "services" / f"{service}_service")

    assert found <= ENTRIES | ROOMS, "rooms have the names that CONTRIBUTING gives them (Where a thing is)"
    assert {"app.py", "worker.py", "settings.py", "api", "pages", "domain", "store", "use_cases"} <= found


def test_the_directory_is_divided_by_subjects_that_have_the_same_rooms() -> None:
    package = ROOT / "services" / "directory_service"
    found = _names(package)

    of_all = {"consumers.py", "log_words.py", "migrations", "survivors.py"}
    assert found <= ENTRIES | SUBJECTS | of_all, "a new subject stands in SUBJECTS above (CONTRIBUTING, Add a subject)"
    assert {"app.py", "worker.py", "settings.py", "cli.py"} <= found
    for subject in found & SUBJECTS:
        assert _names(package / subject) <= ROOMS | BESIDE_ROOMS, subject


def test_no_folder_holds_more_than_anybody_can_look_over() -> None:
    tops = ("services", "libs", "ops", "tests", "contracts")
    files = [path for top in tops for path in (ROOT / top).rglob("*.*") if path.name != "__init__.py"]
    held = Counter(path.parent.relative_to(ROOT) for path in files if path.suffix in {".py", ".html", ".json"})

    assert {folder for folder in held if folder.name in ONLY_GROW} >= {Path("contracts/events")}
    looked_over = {str(folder): count for folder, count in held.items() if folder.name not in ONLY_GROW}
    too_full = {folder: count for folder, count in looked_over.items() if count > 40}
    assert too_full == {}, "make folders inside, by what the files are about (docs/architecture.md, Subjects)"


def test_each_subject_stands_in_the_rules_of_imports_and_in_the_docs() -> None:
    """Who forgets a place would not be told: import-linter passes over what it is not asked about."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rooms, order = (
        next(rule for rule in rules if rule["name"].startswith(f"{start} of")) for start in ("rooms", "subjects")
    )
    layered = {name for layer in order["layers"] for name in re.findall(r"\w+", layer)}
    behind_doors = {module for rule in rules if rule["type"] == "protected" for module in rule["protected_modules"]}
    architecture = (ROOT / "docs" / "architecture.md").read_text()
    contributing = (ROOT / "CONTRIBUTING.md").read_text()

    line = " → ".join(f"`{re.sub('[()]', '', layer)}`" for layer in order["layers"][2:])
    assert line in contributing, f"CONTRIBUTING.md, Where a thing is: subjects import {line}"

    for folder in (ROOT / "services" / "directory_service").glob("*/__init__.py"):
        subject = folder.parent.name
        inner = {room for room in ("api", "pages", "outside") if (folder.parent / room).is_dir()}
        place = f"{subject}: pyproject.toml, contract"
        assert f"directory_service.{subject}" in rooms["containers"], f"{place} “{rooms['name']}”, containers"
        assert subject in layered, f"{place} “{order['name']}”, its line among the layers"
        doors = {f"directory_service.{subject}.{room}" for room in inner}
        assert doors <= behind_doors, f"{place} “doors of {subject}: …”, protected_modules; a neighbour's is its shape"
        assert f"| `{subject}` |" in architecture, f"{subject}: a line in the table of docs/architecture.md, Subjects"


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


@every_service
def test_the_domain_needs_the_standard_library_and_the_shared_rules_only(service: str) -> None:
    allowed = set(sys.stdlib_module_names) | {f"{service}_service", "setu"}
    domains = list((ROOT / "services" / f"{service}_service").glob("**/domain"))
    strangers = {
        f"{path.name}: {name}"
        for domain in domains
        for path in domain.rglob("*.py")
        for name in _imports(path) - allowed
    }

    assert domains
    assert strangers == set(), "a rule needs no library: whoever calls it hands in what it needs"


def test_the_shared_rules_need_the_standard_library_only() -> None:
    strangers = {
        f"{path.name}: {name}"
        for path in (ROOT / "libs" / "setu").rglob("*.py")
        for name in _imports(path) - set(sys.stdlib_module_names) - {"setu"}
    }

    assert strangers == set()


def test_pika_has_one_door() -> None:
    files = [path for top in ("services", "libs", "ops/local_stack") for path in (ROOT / top).rglob("*.py")]
    naming = [path for path in files if "pika" in path.read_text()]  # ops/bench measures the bare thing beside ours
    doors = [path for path in naming if "pika" in _imports(path)]

    assert doors == [ROOT / "libs/service_kit/messaging/rabbitmq.py"]


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", "pyproject.toml"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]


INLINE = {
    # a data block is not run, so no policy looks at it; anything else in a page is
    "a script in the page": re.compile(r'<script(?![^>]*\bsrc=)(?! type="application/ld\+json">)', re.IGNORECASE),
    "a style in the page": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "a handler in the page": re.compile(r"\son(?:click|load|submit|change|input|error|key\w+)=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "something fetched from elsewhere": re.compile(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"']https?:", re.IGNORECASE
    ),
}


def test_a_template_holds_nothing_that_the_policy_forbids() -> None:
    found = {
        str(template.relative_to(ROOT)): [what for what, pattern in INLINE.items() if pattern.search(text)]
        for template, text in TEXTS.items()
    }
    allowed = {name: ["a style in the page"] for name in found if Path(name).name in ON_PAPER}

    assert {name: faults for name, faults in found.items() if faults and faults != allowed.get(name)} == {}


def test_a_way_out_tells_nobody_where_it_came_from() -> None:
    ways_out = [
        (str(template.relative_to(ROOT)), link)
        for template, text in TEXTS.items()
        for link in re.findall(r"<a\b[^>]*href=[\"']https?:[^>]*>", text)
    ]

    assert [link for link in ways_out if "noreferrer" not in link[1]] == []


@every_service
def test_the_openapi_document_is_valid_and_tells_every_api_route(app_of: Callable[[str], Flask], service: str) -> None:
    from openapi_spec_validator import validate  # noqa: PLC0415 - slow to import, needed here only

    app = app_of(service)
    document = app.test_client().get("/api/openapi.json").json
    assert document is not None
    validate(document)

    told = {re.sub(r"{\w+}", "{}", path) for path in document["paths"]}
    served = {re.sub(r"<[^>]*>", "{}", rule.rule) for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert served - told == {"/api/openapi.json", "/api/docs"}


def test_the_packages_are_where_the_test_looks() -> None:
    assert all(find_spec(f"{service}_service") is not None for service in SERVICES)
    assert len(TEXTS) > 10
