"""What a service's README says that it publishes and listens to is what the contracts and the topology say."""

import re
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest

from service_kit.envelope import exchange_of, is_event_type
from setu.events import EXCHANGES, SERVICES, SUBSCRIPTIONS

ROOT = Path(__file__).parents[2]
CONTRACTS = {path.stem for path in (ROOT / "contracts" / "events").glob("*.json")}


def written(service: str, heading: str) -> set[str]:
    """The event types in a section, `referral.{a,b}.v1` and `referral.*` spelt out."""
    text = (ROOT / "services" / service / "README.md").read_text(encoding="utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return {kind for each in re.findall(r"`((?:directory|referral)\.[^`]+)`", section) for kind in spelt_out(each)}


def spelt_out(shown: str) -> set[str]:
    if shown.endswith(".*"):
        return {kind for kind in CONTRACTS if kind.startswith(shown[:-1])}
    choices = [part.split(",") for part in re.split(r"[{}]", shown)]
    return {"".join(parts) for parts in product(*choices)}


def test_each_type_has_a_name_that_the_outbox_takes() -> None:
    kinds = CONTRACTS | {kind for heard in SUBSCRIPTIONS.values() for kind in heard}

    assert [kind for kind in kinds if not is_event_type(kind)] == [], "lower-case words with dots between, no _"


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_names_what_its_service_publishes(service: str) -> None:
    assert written(service, "Publishes") == {kind for kind in CONTRACTS if EXCHANGES[exchange_of(kind)] == service}


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_names_what_its_service_listens_to(service: str) -> None:
    assert written(service, "Listens to") == set(SUBSCRIPTIONS[service])


@pytest.mark.parametrize("service", ["directory_service", "referral_service"])
def test_each_type_that_a_service_hears_has_its_function(service: str) -> None:
    assert set(import_module(f"{service}.consumers").HANDLERS) == set(SUBSCRIPTIONS[service])


def test_each_type_that_code_publishes_is_a_contract() -> None:
    sources = [path for name in SERVICES for path in (ROOT / "services" / name).rglob("*.py")]
    named = re.compile(r'"((?:directory|referral)(?:\.[a-z]+)+\.v\d+)"')
    assert {kind for path in sources for kind in named.findall(path.read_text(encoding="utf-8"))} <= CONTRACTS
