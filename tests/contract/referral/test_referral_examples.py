"""The OpenAPI document's examples are what one referral after another really answers, and fit the schemas.

After a change on purpose: `SETU_WRITE_CONTRACTS=1 pytest tests/contract/referral/test_referral_examples.py`, and then
the document's own test.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from referral_service.use_cases.figures.freeze_figures import freeze_figures
from support.hsds.api_examples import WANTED, Play, compare, faults_of_examples, operations_without_example
from support.referral import (
    COLLEAGUE_OF_WORKER,
    COORDINATOR,
    MANAGER,
    MONDAY_NOON,
    NURSE,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    WORKER,
    Referral,
    ReferralService,
    a_body,
)

TODAY, NEXT_WEEK = ((MONDAY_NOON + timedelta(days=days)).date().isoformat() for days in (0, 7))
FOLDER = Path(__file__).parents[3] / "services" / "referral_service" / "api" / "examples"
# who does what to which referral, in an order in which each is allowed
ACTS: tuple[tuple[str, Any, str, dict[str, Any]], ...] = (
    ("whole", WORKER, "open", {}),
    ("whole", WORKER, "accept", {}),
    ("whole", WORKER, "start", {"first_contact": TODAY}),
    ("whole", WORKER, "contact", {"attempt": "no_answer"}),
    ("whole", WORKER, "note", {"text": "Call after six."}),
    ("whole", MANAGER, "assign", {"assignee": str(WORKER.account)}),
    ("whole", WORKER, "hold", {"reason": "ill", "review_on": NEXT_WEEK}),
    ("whole", WORKER, "resume", {}),
    ("whole", WORKER, "complete", {"outcome": "engaged"}),
    ("declined", WORKER, "open", {}),
    ("declined", WORKER, "decline", {"reason": "no_capacity"}),
    ("declined", COORDINATOR, "forward", {}),
    ("settled", WORKER, "decline", {"reason": "outside_area"}),
    ("settled", COORDINATOR, "settle", {"reason": "called_the_service"}),
    ("failed", WORKER, "open", {}),
    ("failed", WORKER, "accept", {}),
    ("failed", WORKER, "start", {"first_contact": TODAY}),
    ("failed", WORKER, "fail", {"reason": "moved"}),
    ("recalled", OFFICER, "withdraw", {"reason": "mistake"}),
    ("refused", WORKER, "open", {}),
    ("refused", WORKER, "withdraw-consent", {}),
    ("from custody", WORKER, "open", {}),
    ("from custody", WORKER, "ask", {"question": "visit_possible"}),
    ("from custody", NURSE, "answer", {"answer": "yes"}),
    ("from custody", NURSE, "release", {"expected_release": NEXT_WEEK}),
    ("to two", WORKER, "claim", {}),
    ("test", COORDINATOR, "void", {"reason": "test"}),
)


def the_referrals(setu: ReferralService, play: Play) -> dict[str, Referral]:
    body = a_body()
    first = play.note(setu.post(OFFICER, "/api/referrals", body, Idempotency_Key="4f9d1c70-9a1e"), body).get_json()
    sent = {name: setu.sent() for name in ("declined", "settled", "failed", "recalled", "refused", "test", "withdrawn")}
    sent["whole"] = Referral(first["id"], first["reference"], first["card_code"])
    sent["from custody"] = setu.sent(NURSE, setting="prison")
    sent["to two"] = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    return sent


@pytest.fixture
def play(setu: ReferralService) -> Play:
    """Every operation once."""
    played = Play(setu.get(None, "/api/openapi.json").get_json())
    sent = the_referrals(setu, played)
    whole, lost = f"/api/referrals/{sent['whole'].id}", sent["withdrawn"].card_code
    for path in ("/api/referrals", whole):
        played.note(setu.get(OFFICER, path))
    for name, who, event, body in ACTS:
        if event == "accept" and name == "whole":
            played.note(setu.get(WORKER, f"{whole}/actions"))
            played.note(setu.get(WORKER, f"{whole}/identity"))
        if event == "forward":
            played.note(setu.get(COORDINATOR, f"/api/referrals/{sent[name].id}/forward-choice"))
        played.note(setu.act(who, sent[name], event, body), body)
        if event == "note":
            played.note(setu.get(WORKER, f"{whole}/notes"))
    played.note(setu.get(MANAGER, "/api/team"))
    taker = {"assignee": str(WORKER.account)}
    played.note(setu.post(MANAGER, f"/api/team/{COLLEAGUE_OF_WORKER.account}/hand-over", taker), taker)
    arrival, withdrawal = {"code": sent["to two"].card_code}, {"code": lost}
    played.note(setu.post(WORKER, "/api/arrivals", arrival), arrival)
    played.note(setu.post(None, "/api/withdrawals", withdrawal), withdrawal)
    voice = {**arrival, "said": "call_back"}
    played.note(setu.post(None, "/api/voices", voice), voice)
    played.note(setu.get(OFFICER, "/api/consent-texts"))
    setu.clock.set(MONDAY_NOON + timedelta(days=50))
    freeze_figures(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    played.note(setu.get(None, "/api/figures"))
    return played


def test_each_example_is_what_the_service_answers(play: Play) -> None:
    compare(FOLDER, play.seen)


def test_each_operation_has_an_example_that_fits_its_schema(setu: ReferralService) -> None:
    document = setu.get(None, "/api/openapi.json").get_json()

    assert operations_without_example(document) == [], WANTED
    assert faults_of_examples(document) == []
