"""What every test may ask for: a real PostgreSQL, a real RabbitMQ, fresh secrets, a process's environment.

SETU_TEST_POSTGRES_URL (a superuser's) and SETU_TEST_AMQP_URL (an administrator's, with SETU_TEST_MANAGEMENT_URL
unless the API is at the next port) name running servers; without them private ones are started for the run.
"""

import base64
import gc
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from xdist.scheduler import LoadScopeScheduling

from local_stack.test_servers import TestServers
from support.cheap_passwords import hash_cheaply
from support.fresh_brokers import (
    Broker,
    virtual_host,
)
from support.fresh_databases import (
    FreshDatabases,
    Urls,
)
from support.keyrings import a_keyring
from support.kit.durations import folder_seconds
from support.kit.examples import USUAL
from support.kit.left_open import PROPERTY, left_open, take_noted
from support.kit.remembered_rules import RememberedRule
from support.pages import drawn_looks, page_ids

# No deadline: a machine that is busy is no fault. In CI hypothesis draws the same examples each time.
settings.register_profile(
    "setu",
    parent=settings.get_profile(settings.get_current_profile_name()),
    max_examples=USUAL,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("setu")

ONE_SYSTEM = {
    "the demo": ("tests/e2e/test_canary.py", "tests/e2e/test_commands_of_integrators.py", "tests/e2e/test_demo.py"),
    "the journey": (
        "tests/faults/journey/",
        "tests/faults/directory_accounts/test_revocation_travels.py",
        "tests/faults/directory_finding/test_indexer_dies.py",
        "tests/faults/directory_importing/",
        "tests/faults/notification/test_delivery_dies.py",
        "tests/faults/referral/test_withdrawing_worker_dies.py",
    ),
}
"""Files that share a system too dear to be started in each process, or the loaded services of which programs are forked
(`support/kit/forked.py`); the demo's last ends it."""

SPREAD = {"tests/contract/test_openapi_schemathesis.py"}
"""Files whose tests share nothing and are long, so that each may run in another process."""

DEAREST = (
    "tests/integration/referral/test_wall_",
    "tests/integration/upgrade/test_upgrade_",
    "tests/contract/test_openapi_schemathesis.py",
    "tests/e2e/",
    "tests/faults/journey/",
)
"""Begun first, so that no process is left alone with one of them at the end."""

CHEAPEST = ("tests/unit/", "tests/architecture/")
"""Left for the end, where they fill what the long ones leave over."""

_running = ExitStack()
_TEMPLATES = "SETU_TEST_TEMPLATES"
_FIXTURES = {"postgres_url", "fresh_database", "broker"}


class ByFile(LoadScopeScheduling):
    """A file's tests run in one process of a parallel run, so what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return _unit_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Files instead of single tests; xdist's own groups are not seen by this version of pytest."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What one process runs, in the order in which it is begun: the dearest, the rest, the cheapest.

    Within each the order is mixed, and the same on every run: fault tests wait, property tests reckon, and a run in
    which all processes do the one and then all the other takes longer.
    """
    items.sort(key=lambda item: _place_in_the_run(item.nodeid))


def _place_in_the_run(nodeid: str) -> tuple[bool, bool, int]:
    return nodeid.startswith(CHEAPEST), not nodeid.startswith(DEAREST), zlib.crc32(_unit_of(nodeid).encode())


def _unit_of(nodeid: str) -> str:
    """What one process runs: a file, a system, or a test of its own."""
    path = nodeid.partition("::")[0]
    if path in SPREAD:
        return nodeid
    return next((system for system, files in ONE_SYSTEM.items() if path.startswith(files)), path)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start missing servers once a run, before the workers of a parallel run; and only if a test asks for them.

    What was collected stays until the end: the garbage collector need not walk over it again and again.
    """
    is_worker = hasattr(session.config, "workerinput")
    needs_servers = any(_FIXTURES & set(getattr(item, "fixturenames", ())) for item in session.items)
    if not is_worker and needs_servers and not session.config.option.collectonly:
        _start_servers()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """A parallel run collects in its workers, so its servers start before that.

    Each test makes applications of its own, which would each compile their templates; a run compiles each once, and a
    process each route.
    """
    gc.set_threshold(50_000, 20, 20)
    hash_cheaply()
    drawn_looks.choose_seed()
    if not hasattr(config, "workerinput"):
        os.environ[_TEMPLATES] = _running.enter_context(TemporaryDirectory())
        if getattr(config.option, "numprocesses", None):
            _start_servers()
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ[_TEMPLATES])}
    Flask.url_rule_class = RememberedRule


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this run started."""
    if not hasattr(config, "workerinput"):
        _running.close()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Connections that tests left open; which looks were drawn, where a test failed; and with `--durations` the seconds
    of each folder, beside the slowest tests."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    sections = {"connections left open": left_open(reports)}
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        sections["looks that were drawn"] = [drawn_looks.how_to_draw_again()]
    if config.option.durations is not None:
        sections["seconds of each folder"] = folder_seconds(reports)
    for title, lines in sections.items():
        if lines:
            terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """What a test left open goes with its report, which a parallel run hands on."""
    if call.when == "teardown":
        item.user_properties += [(PROPERTY, each) for each in take_noted()]
    return (yield)


def _start_servers() -> None:
    if "SETU_TEST_POSTGRES_URL" not in os.environ or "SETU_TEST_AMQP_URL" not in os.environ:
        os.environ.update(_running.enter_context(TestServers.start()).as_environment())


@pytest.fixture(autouse=True)
def no_id_stands_twice_in_a_page() -> Iterator[None]:
    """Whatever a test is about: every page that was rendered meanwhile has each id once."""
    page_ids.take_found()
    yield
    assert page_ids.take_found() == []


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A superuser's URL of the test server."""
    return os.environ["SETU_TEST_POSTGRES_URL"]


@pytest.fixture(scope="session")
def fresh_databases(postgres_url: str) -> Iterator[FreshDatabases]:
    """Where the tests' databases come from; those that wait for the next test go with the run."""
    with closing(FreshDatabases(postgres_url)) as databases:
        yield databases


@pytest.fixture
def fresh_database(fresh_databases: FreshDatabases) -> Iterator[Callable[[str], Urls]]:
    """`fresh_database("referral")` makes a migrated, empty database for this test."""
    with ExitStack() as stack:
        yield lambda service: stack.enter_context(fresh_databases.clone(service))


@pytest.fixture(scope="session")
def _virtual_host() -> Iterator[Broker]:
    with virtual_host(os.environ["SETU_TEST_AMQP_URL"], os.environ.get("SETU_TEST_MANAGEMENT_URL", "")) as broker:
        yield broker


@pytest.fixture
def broker(_virtual_host: Broker) -> Broker:
    """The broker with empty queues."""
    _virtual_host.purge()
    return _virtual_host


@dataclass(frozen=True)
class Keys:
    """Secrets made up for one run; the attributes ending in `_setting` are as the variables want them."""

    session: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    member_box: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    audit: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    mac: bytes = field(default_factory=lambda: os.urandom(32))
    kek: bytes = field(default_factory=lambda: os.urandom(32))

    def environment(self) -> dict[str, str]:
        """Every secret variable of every process."""
        return {
            "SETU_SESSION_PRIVATE_KEY": b64(self.session.private_bytes_raw()),
            "SETU_SESSION_PUBLIC_KEYS": f"test:{b64(self.session.public_key().public_bytes_raw())}",
            "SETU_MAC_KEY": b64(self.mac),
            "SETU_KEK": f"test:{b64(self.kek)}",
            "SETU_MEMBER_BOX_PUBLIC_KEY": b64(self.member_box.public_key().public_bytes_raw()),
            "SETU_MEMBER_BOX_PRIVATE_KEY": b64(self.member_box.private_bytes_raw()),
            "SETU_AUDIT_PRIVATE_KEY": b64(self.audit.private_bytes_raw()),
        }


def b64(raw: bytes) -> str:
    """Base64 as settings want it."""
    return base64.b64encode(raw).decode()


@pytest.fixture(scope="session")
def keys() -> Keys:
    """Secrets, made anew for the run."""
    return Keys()


def environment_of(keys: Keys, folder: Path, urls: Urls, process: str = "web") -> dict[str, str]:
    """The environment of one process, whose files lie in the folder."""
    return {
        **keys.environment(),
        "SETU_DATABASE_URL": getattr(urls, process),
        "SETU_DIRECTORY_URL": "http://directory.test",
        "SETU_REFERRAL_URL": "http://referral.test",
        "SETU_NOTIFICATION_URL": "http://notification.test",
        "SETU_COOKIE_SECURE": "false",
        "SETU_SEARCHES_A_MINUTE": "1000000000",  # tests ask more than any person
        "SETU_SENDS_AN_HOUR": "1000000000",
        "SETU_INDEX_DIR": str(folder / "index"),
        "SETU_KEYRING": str(a_keyring(folder / "made" / "keyring.json", {"test": keys.kek})),
    }


@pytest.fixture
def settings_env(keys: Keys, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """`settings_env("referral", urls, process="worker", SETU_MAIL_DIR=…)`: the environment of one process."""

    def environment(service: str, urls: Urls, *, process: str = "web", **more: str) -> dict[str, str]:
        return environment_of(keys, tmp_path, urls, process) | more

    return environment
