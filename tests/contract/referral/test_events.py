"""Every event that a whole life makes is what its contract in `contracts/events` says, and carries no more."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from referral_service.domain.transitions import TRANSITIONS
from referral_service.use_cases.cards.order_cards import CARDS_ORDERED
from referral_service.use_cases.referral_events import (
    APPOINTMENT_MADE,
    DESK_WAITING,
    IDENTITY_OPENED,
    QUESTION_ASKED,
)
from referral_service.use_cases.run_clocks import REMINDERS, run_clocks
from setu.events import SUBSCRIPTIONS
from support.card_orders import an_order
from support.desk import emergency
from support.fresh_databases import FreshDatabases
from support.referral import (
    COORDINATOR,
    FOR_CHILDREN,
    NURSE,
    OFFICER,
    WORKER,
    ReferralService,
    a_consent,
    a_named_person,
    events_of,
)
from support.referrals.app import a_referral_service

EVENTS = Path(__file__).parents[3] / "contracts" / "events"
MONTHLY = "referral.figures.frozen.v1"  # no part of a referral's life; the directory's tests hold it to its contract
OUR_OWN = {path.stem for path in EVENTS.glob("referral.*.json")} - {MONTHLY}
OF_A_STATE = {"referral.voice.urgent.v1", DESK_WAITING}  # and of no referral
FORBIDDEN = ("OST", "Rafiq", "98300", "Sahaya", "Service", "need", "name", "person")


def schema_of(kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((EVENTS / f"{kind}.json").read_text())
    return schema


def a_life_of_everything(setu: ReferralService) -> list[dict[str, Any]]:
    """At least one event of every type."""
    an_order(setu)
    setu.must(OFFICER, setu.sent(), "withdraw", reason="mistake")
    asked = setu.sent(NURSE, setting="prison")
    setu.must(WORKER, asked, "open")
    setu.must(WORKER, asked, "ask", question="visit_possible")
    setu.must(NURSE, asked, "answer", answer="yes")
    setu.must(NURSE, asked, "release", expected_release="2026-03-20")
    setu.must(WORKER, asked, "void", reason="test")
    setu.must(WORKER, asked, "decline", reason="no_capacity")
    setu.must(WORKER, asked, "forward")
    setu.must(COORDINATOR, asked, "forward")
    met = setu.sent(NURSE, setting="prison")
    setu.must(WORKER, met, "accept")
    setu.must(WORKER, met, "contact", attempt="reached", next_appointment="2026-03-05T05:00:00Z")
    held = setu.sent()
    setu.must(WORKER, held, "accept")
    setu.must(WORKER, held, "hold", reason="ill", review_on="2026-03-03")
    opened = setu.sent()
    setu.must(WORKER, opened, "open")
    setu.say_by_code(opened.card_code, "call_back")
    setu.say_by_code(opened.card_code, "money_or_sex")
    emergency(setu, setu.sent())
    taken_back = setu.sent()
    setu.must(WORKER, taken_back, "accept")
    setu.withdraw_by_code(taken_back.card_code)
    setu.must(WORKER, setu.sent(), "accept")
    done = setu.sent()
    setu.must(WORKER, done, "accept")
    setu.must(WORKER, done, "complete", outcome="engaged")
    setu.sent()
    child, authority = a_named_person(age_band="under-18"), a_consent(authority="cwc")
    setu.sent(needs=["CHILD"], service_id=str(FOR_CHILDREN), person=child, consent=authority)
    setu.clock.advance(timedelta(days=30))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    return events_of(setu)


@pytest.fixture(scope="module")
def events(fresh_databases: FreshDatabases) -> Iterator[list[dict[str, Any]]]:
    """Of that life, in their order."""
    with fresh_databases.clone("referral") as urls:
        yield a_life_of_everything(a_referral_service(urls))


def test_events_are_as_their_contracts_say(events: list[dict[str, Any]]) -> None:
    assert {event["type"] for event in events} == OUR_OWN
    for event in events:
        schema = schema_of(event["type"])
        jsonschema.validate(event["data"], schema, format_checker=jsonschema.FormatChecker())
        about = "order_id" if event["type"] == CARDS_ORDERED else "referral_id"
        assert event["type"] in OF_A_STATE or event["subject"].split("/")[0] == event["data"][about]
        assert not [word for word in FORBIDDEN if word in json.dumps(event["data"])]


def test_versions_never_go_back_within_a_subject(events: list[dict[str, Any]]) -> None:
    seen: dict[str, int] = {}
    for event in events:
        assert event["data"]["version"] >= seen.get(event["subject"], 0), event
        seen[event["subject"]] = event["data"]["version"]


def test_every_type_has_a_contract_and_somebody_who_listens() -> None:
    kinds = {row.tells for row in TRANSITIONS if row.tells} | set(REMINDERS.values())
    kinds |= {QUESTION_ASKED, APPOINTMENT_MADE, "referral.view.changed.v1", "referral.escalation.due.v1", CARDS_ORDERED}
    kinds |= {"referral.voice.heard.v1", IDENTITY_OPENED, *OF_A_STATE}
    kinds.add("referral.state.escalation.due.v1")
    assert kinds == OUR_OWN
    assert kinds <= set(SUBSCRIPTIONS["notification_service"])


@pytest.mark.parametrize("kind", sorted(OUR_OWN))
def test_contracts_are_closed(kind: str) -> None:
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"])
