"""A worker is a process without a web framework: it starts faster, holds less memory, and knows no request."""

import json
import subprocess
import sys

import pytest

LOADED = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"
WEB = ("flask", "flask_babel", "flask_smorest", "werkzeug", "service_kit.web")


def modules_after_importing(module: str) -> list[str]:
    """The modules of a fresh interpreter that has imported this one."""
    done = subprocess.run([sys.executable, "-c", LOADED, module], capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def of_the_web(modules: list[str]) -> list[str]:
    return [name for name in modules if any(name == web or name.startswith(f"{web}.") for web in WEB)]


@pytest.mark.parametrize("service", ["directory_service", "referral_service", "notification_service"])
def test_a_worker_loads_neither_flask_nor_the_web_part_of_the_kit(service: str) -> None:
    loaded = of_the_web(modules_after_importing(f"{service}.worker"))
    assert loaded == [], f"`python -X importtime -c 'import {service}.worker'` shows what imports it"


def test_a_web_process_would_be_found_out() -> None:
    assert {"flask", "werkzeug", "service_kit.web"} <= set(
        of_the_web(modules_after_importing("notification_service.app"))
    )


@pytest.mark.parametrize("service", ["directory_service", "referral_service", "notification_service"])
def test_a_web_process_loads_no_client_of_the_broker(service: str) -> None:
    assert "pika" not in modules_after_importing(f"{service}.app")


def test_a_command_that_migrates_nothing_loads_nothing_that_migrates() -> None:
    loaded = modules_after_importing("setu_cli.__main__")
    assert ("click" in loaded, "alembic" in loaded) == (True, False)
