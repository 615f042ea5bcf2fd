"""The kit is generic: two services or more need each of its modules, and no word of the product stands in it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

LIBS = Path(__file__).resolve().parents[2] / "libs"
KIT = LIBS / "service_kit"
SERVICES = ("directory_service", "referral_service", "notification_service")

ALONE = {
    "service_kit.cli": "the command line of the whole installation",
    "service_kit.db.audit_cli": "a part of the next",
    "service_kit.db.cli": "mounted by the command line under each service",
    "service_kit.messaging.administration": "for whoever administers the broker",
    "service_kit.web.gunicorn": "gunicorn's configuration of every web process, named on the command line",
}
"""Modules that fewer than two services reach by imports, with the reason why they are here all the same."""

PRODUCT_WORDS = re.compile(
    r"\b(officers?|custody\w*|police|prisons?|referrals?|referrers?|providers?|case[ _]workers?|\w*coordinators?"
    r"|clinics?|cards?|listings?|overdose|India|Kolkata"
    r"|directory_\w+|referral_\w+|notification_\w+|directory\.\w+(\.\w+)?\.v\d+|the directory\b(?! of))",
    re.IGNORECASE,
)
SPOKEN = {
    "web/headers.py": "Referrer-Policy is HTTP's own name",
    "web/login_redirects.py": "Referrer-Policy is HTTP's own name",
    "web/error_handlers.py": "flask.json.provider is a module of Flask",
    "web/html/catalogues.py": "names the packages whose texts it collects",
    "web/html/templates/kit/audit_log.html": "a table has the stylesheet's class of that name",
    "web/html/templates/kit/parked.html": "a table has the stylesheet's class of that name",
    "web/html/static/setu.css": "one stylesheet for all services, parts of their pages among it",
}


def _module(path: Path) -> str:
    return ".".join(path.relative_to(LIBS).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_module(path): path for path in KIT.rglob("*.py")}
CODE = sorted(name for name, path in MODULES.items() if path.name != "__init__.py")


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found & set(MODULES)


@cache
def _needed_by(service: str) -> frozenset[str]:
    """The kit's modules that the service imports, and those that these import."""
    folder = LIBS.parent / "services" / service
    waiting = set().union(*(_imported(path) for path in folder.rglob("*.py")))
    needed: set[str] = set()
    while waiting:
        module = waiting.pop()
        needed.add(module)
        waiting |= _imported(MODULES[module]) - needed
    return frozenset(needed)


@pytest.mark.parametrize("module", CODE)
def test_a_module_of_the_kit_is_needed_by_two_services(module: str) -> None:
    services = [service for service in SERVICES if module in _needed_by(service)]

    needed = f"needed by {services}: what one service needs lies in that service; else in ALONE above, with why"
    assert (len(services) >= 2) != (module in ALONE), needed


FILES = sorted(path for kind in ("py", "html", "css", "js") for path in KIT.rglob(f"*.{kind}"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(KIT)))
def test_the_kit_has_no_word_of_the_product(path: Path) -> None:
    found = {word.group(0) for word in PRODUCT_WORDS.finditer(path.read_text())}

    assert bool(found) == (str(path.relative_to(KIT)) in SPOKEN), f"{found}: the service hands it in; else SPOKEN above"
