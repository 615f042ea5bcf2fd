"""A worker is a process without a web framework: it starts faster, holds less memory, and knows no request."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest

SERVICES = ("directory_service", "referral_service", "notification_service")
LOADED = """
import importlib, json, os, sys
for module in json.loads(sys.argv[1]):
    importlib.import_module(module)
before = set(sys.modules)
print(json.dumps({"": sorted(before)}), flush=True)
for group in json.loads(sys.argv[2]):
    if os.fork():
        assert os.wait()[1] == 0, group
        continue
    for module in group:
        importlib.import_module(module)
        print(json.dumps({module: sorted(set(sys.modules) - before)}), flush=True)
        before = set(sys.modules)
    os._exit(0)
"""
WEB = ("flask", "flask_babel", "flask_smorest", "werkzeug", "service_kit.web")
OF_ALL = ("sqlalchemy.orm", "sqlalchemy.dialects.postgresql.psycopg", "cryptography.x509")
"""What each of them imports, is of no interest here, and takes long."""
WORKERS, WEB_PROCESSES = ([f"{service}.{process}" for service in SERVICES] for process in ("worker", "app"))
COMMANDS = ["setu_cli.__main__"]


@pytest.fixture(scope="module")
def loaded() -> Mapping[str, Sequence[str]]:
    """What each module brings into a process that has imported those before it in its list; by "" what each had."""
    command = [sys.executable, "-c", LOADED, json.dumps(OF_ALL), json.dumps([WORKERS, WEB_PROCESSES, COMMANDS])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {module: names for line in done.stdout.splitlines() for module, names in json.loads(line).items()}


def of_the_web(modules: Sequence[str]) -> list[str]:
    return [name for name in modules if any(name == web or name.startswith(f"{web}.") for web in WEB)]


def test_a_worker_loads_neither_flask_nor_the_web_part_of_the_kit(loaded: Mapping[str, Sequence[str]]) -> None:
    found = {worker: of_the_web(loaded[worker]) for worker in ("", *WORKERS)}
    assert not any(found.values()), f"{found}: `python -X importtime -c 'import ….worker'` shows what imports it"


def test_a_web_process_would_be_found_out(loaded: Mapping[str, Sequence[str]]) -> None:
    of_all = [name for app in WEB_PROCESSES for name in loaded[app]]
    assert {"flask", "werkzeug", "service_kit.web"} <= set(of_the_web(of_all))


def test_a_web_process_loads_no_client_of_the_broker(loaded: Mapping[str, Sequence[str]]) -> None:
    assert [app for app in ("", *WEB_PROCESSES) if "pika" in loaded[app]] == []
    assert [worker for worker in WORKERS if "pika" in loaded[worker]], "it would be found out"


def test_a_command_that_migrates_nothing_loads_nothing_that_migrates(loaded: Mapping[str, Sequence[str]]) -> None:
    (command,) = COMMANDS
    assert ("click" in loaded[command], "alembic" in [*loaded[""], *loaded[command]]) == (True, False)
