"""A worker is a process without a web framework: it starts faster, holds less memory, and knows no request."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

import pytest

SERVICES = ("directory_service", "referral_service", "notification_service")
LOADED = """
import importlib, json, sys
loaded = {}
for module in sys.argv[1:]:
    before = set(sys.modules)
    importlib.import_module(module)
    loaded[module] = sorted(set(sys.modules) - before)
print(json.dumps(loaded))
"""
WEB = ("flask", "flask_babel", "flask_smorest", "werkzeug", "service_kit.web")


def loaded_by(*modules: str) -> Mapping[str, Sequence[str]]:
    """What each of these brings into a fresh interpreter that has imported those before it: to start one takes long."""
    done = subprocess.run([sys.executable, "-c", LOADED, *modules], capture_output=True, text=True, check=True)
    found: Mapping[str, Sequence[str]] = json.loads(done.stdout)
    return found


def of_the_web(modules: Sequence[str]) -> list[str]:
    return [name for name in modules if any(name == web or name.startswith(f"{web}.") for web in WEB)]


@pytest.fixture(scope="module")
def loaded_by_web() -> Mapping[str, Sequence[str]]:
    return loaded_by(*(f"{service}.app" for service in SERVICES))


def test_a_worker_loads_neither_flask_nor_the_web_part_of_the_kit() -> None:
    loaded = {
        worker: of_the_web(found) for worker, found in loaded_by(*(f"{each}.worker" for each in SERVICES)).items()
    }
    assert not any(loaded.values()), f"{loaded}: `python -X importtime -c 'import ….worker'` shows what imports it"


def test_a_web_process_would_be_found_out(loaded_by_web: Mapping[str, Sequence[str]]) -> None:
    of_all = [name for found in loaded_by_web.values() for name in found]
    assert {"flask", "werkzeug", "service_kit.web"} <= set(of_the_web(of_all))


def test_a_web_process_loads_no_client_of_the_broker(loaded_by_web: Mapping[str, Sequence[str]]) -> None:
    assert [app for app, found in loaded_by_web.items() if "pika" in found] == []


def test_a_command_that_migrates_nothing_loads_nothing_that_migrates() -> None:
    (loaded,) = loaded_by("setu_cli.__main__").values()
    assert ("click" in loaded, "alembic" in loaded) == (True, False)
