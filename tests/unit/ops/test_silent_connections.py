"""Whoever sends over a connection forgets it sooner than the other side closes it: else a form may be lost."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import service_kit.web.html
from local_stack.layout import CHECKOUT
from soak.load_systems import KEEPALIVE, KEEPALIVE_OF_GATEWAY

SCRIPT = Path(service_kit.web.html.__file__).with_name("static") / "setu.js"
GATEWAYS = [CHECKOUT / "ops" / "compose" / "Caddyfile", CHECKOUT / "ops" / "compose" / "cluster" / "Caddyfile"]


@pytest.fixture(scope="module")
def keepalive() -> float:
    """Of a service, in seconds; asked in a process of its own, whose metrics gunicorn's settings turn into files."""
    asked = "from service_kit.web import gunicorn; print(gunicorn.keepalive)"
    return float(subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout)


def test_an_open_page_asks_again_over_the_same_connection(keepalive: float) -> None:
    rounds = [int(each) / 1000 for each in re.findall(r"setInterval\(.*?(\d+)\b[^()]*\);", SCRIPT.read_text())]
    assert max(rounds) == 10
    assert max(rounds) + 2 < keepalive


@pytest.mark.parametrize("caddyfile", GATEWAYS, ids=lambda path: path.parent.name)
def test_a_gateway_forgets_sooner_than_a_service(caddyfile: Path, keepalive: float) -> None:
    text = caddyfile.read_text()
    kept = [float(each) for each in re.findall(r"^\s*keepalive (\d+)s", text, re.MULTILINE)]
    assert kept
    assert max(kept) + 2 < keepalive
    assert text.count("reverse_proxy ") == len(re.findall(r"^\s*import (?:kept_open|two_hosts)$", text, re.MULTILINE))


def test_a_load_knows_how_long_either_waits(keepalive: float) -> None:
    assert keepalive == KEEPALIVE
    assert f"idle {KEEPALIVE_OF_GATEWAY:.0f}s" in GATEWAYS[1].read_text()
