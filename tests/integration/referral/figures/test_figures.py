"""Figures: tallied as things happen, and frozen once; who reads them then: `test_figures_told.py`."""

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import insert, select, text

from referral_service.store.directory import put_service
from referral_service.store.tables import tally
from referral_service.use_cases.figures.freeze_figures import freeze_figures
from service_kit.db.engine import Database
from service_kit.keyring import Keyring
from support.figures.frozen_months import add, counted, freeze, told
from support.referral import (
    HYDERABAD,
    KOLKATA,
    MONDAY_NOON,
    OFFICER,
    OST,
    SAHAYA,
    WORKER,
    ReferralService,
    a_consent,
    a_named_person,
    events_of,
)
from support.referrals.directory import a_listing

OF_NO_STATE_WITH_A_SERVICE = 261  # Aizawl
SCHEMA = json.loads((Path(__file__).parents[4] / "contracts/events/referral.figures.frozen.v1.json").read_text())
CONTRACT = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def test_what_is_counted_is_what_happened(setu: ReferralService) -> None:
    """Recounted from a journal of requests that does not know how the service counts; hidden acts count nothing."""
    chance, journal = random.Random(20), Counter[str]()  # noqa: S311 # no secret
    for number in range(24):
        woman, urgent = chance.random() < 0.5, chance.random() < 0.4
        person = a_named_person(gender="woman" if woman else "man")
        if number % 6 == 0:
            setu.submit(consent=a_consent(answer="no"), person=None)
            journal["declined"] += 1
            continue
        referral = setu.sent(person=person, urgent=["OVERDOSE_RISK"] if urgent else [])
        journal.update({"sent": 1, "women": woman, "urgent": urgent})
        setu.clock.advance(timedelta(minutes=chance.choice([20, 200])))
        if number % 5 == 0:
            setu.withdraw_by_code(referral.card_code)
        act = chance.choice(["accept", "decline", "open", "withdraw"])
        if act == "withdraw":
            setu.must(OFFICER, referral, "withdraw", reason="mistake")
            journal["withdrawn"] += 1
            continue
        setu.must(WORKER, referral, act, **({"reason": "outside_area"} if act == "decline" else {}))
        if setu.shown(WORKER, referral)["status"] == "accepted":
            setu.must(WORKER, referral, "start", first_contact=setu.clock.now().date().isoformat())
            journal["reached"] += 1
        ends = {"accept": "accepted", "decline": "not_taken"}.get(act)
        waited = setu.clock.now() - setu_sent_at(setu, referral.id)
        journal.update({"opened": 1, "answered_24_hours": waited <= timedelta(days=1), **({ends: 1} if ends else {})})
        journal["urgent_4_hours"] += urgent and waited <= timedelta(hours=4)

    assert +counted(setu) == +journal


def setu_sent_at(setu: ReferralService, referral_id: str) -> Any:
    with setu.worker_db.transaction() as session:
        return session.scalar(text("SELECT submitted_at FROM referral_sent WHERE id = :id"), {"id": referral_id})


def test_a_month_is_frozen_once_fifteen_days_after_its_end(setu: ReferralService) -> None:
    add(setu, {"sent": 42, "accepted": 13, "declined": 9})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=15))
    assert freeze(setu) == 0
    setu.clock.advance(timedelta(days=1))
    assert (freeze(setu), freeze(setu)) == (1, 0)
    before = setu.get(None, "/api/figures").data
    add(setu, {"sent": 30})  # comes too late
    freeze(setu)

    assert setu.get(None, "/api/figures").data == before
    of_march = told(setu, "2026-03")
    assert [of_march["consent", row] for row in ("sent", "only_card", "declined")] == [40, None, None]
    assert of_march["views", "accepted"] == 15


def test_what_is_frozen_is_told_to_the_directory_as_the_contract_says_and_the_counts_are_gone(
    setu: ReferralService,
) -> None:
    add(setu, {"sent": 60, "women": 30, "opened": 40, "answered_24_hours": 40})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    freeze(setu)
    events = [event for event in events_of(setu) if event["type"] == "referral.figures.frozen.v1"]

    assert {event["subject"] for event in events} == {"2026-03-district-315", "2026-03-state-19"}
    assert [list(CONTRACT.iter_errors(event["data"])) for event in events] == [[], []]
    assert {"table": "share", "row": "women", "value": 50, "shown": "exact", "months": 1} in events[0]["data"]["cells"]
    assert not +counted(setu)  # March ends a quarter


def test_a_month_waits_with_its_counts_until_there_is_a_place_to_tell_of(setu: ReferralService) -> None:
    add(setu, {"sent": 20})
    with setu.worker_db.transaction() as session:
        session.execute(text("UPDATE directory_organization SET deleted = true"))
        session.execute(text("UPDATE directory_service SET deleted = true"))
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    assert freeze(setu) == 0

    assert counted(setu)["sent"] == 20


def test_a_month_waits_a_week_for_a_state_that_the_copies_of_the_directory_lack(setu: ReferralService) -> None:
    add(setu, {"sent": 20})
    add(setu, {"sent": 40}, district=HYDERABAD)
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    assert freeze(setu) == 0
    with setu.worker_db.transaction() as session:  # the other half has come
        put_service(session, a_listing(OST, SAHAYA, version=2, districts=[KOLKATA, HYDERABAD]))
    assert freeze(setu) == 1
    assert [told(setu, "2026-03", place)["consent", "sent"] for place in (KOLKATA, HYDERABAD)] == [20, 40]

    add(setu, {"sent": 30, "only_card": 20}, months_later=1, district=OF_NO_STATE_WITH_A_SERVICE)
    setu.clock.set(MONDAY_NOON.replace(month=5, day=22))
    assert freeze(setu) == 0
    setu.clock.advance(timedelta(days=1))
    assert freeze(setu) == 1


def test_two_workers_that_freeze_at_once_tell_each_line_once(setu: ReferralService) -> None:
    add(setu, {"sent": 20})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    other = Database(setu.urls.worker, pool_size=1)

    with ThreadPoolExecutor(2) as both:
        frozen = [both.submit(freeze, setu, db) for db in (setu.worker_db, other)]

    assert sorted(each.result() for each in frozen) == [0, 1]
    lines = [event["subject"] for event in events_of(setu) if event["type"] == "referral.figures.frozen.v1"]
    assert sorted(lines) == ["2026-03-district-315", "2026-03-state-19"]
    other.dispose()


def test_needs_that_nobody_met_go_with_their_quarter(setu: ReferralService) -> None:
    rows = [
        {"day": day, "answer": answer, "need": "SHELTER", "district": KOLKATA, "setting": "street"}
        for day in (date(2025, 12, 30), date(2026, 3, 31), date(2026, 4, 1))
        for answer in ("unmet", "settled-unmet", "no")
    ]
    with setu.worker_db.transaction() as session:
        session.execute(insert(tally), rows)
    add(setu, {"sent": 20})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    assert freeze(setu) == 1

    with setu.worker_db.transaction() as session:
        left = session.execute(select(tally.c.day, tally.c.answer).order_by(tally.c.position)).all()
    april = [(date(2026, 4, 1), answer) for answer in ("unmet", "settled-unmet", "no")]
    assert left == [(date(2025, 12, 30), "no"), (date(2026, 3, 31), "no"), *april]


def test_the_first_month_is_the_one_in_which_somebody_was_asked(setu: ReferralService) -> None:
    add(setu, {"opened": 30, "accepted": 30}, months_later=-1)  # of referrals that an older release took
    add(setu, {"sent": 20})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    assert freeze(setu) == 1
    assert (told(setu, "2026-02"), told(setu, "2026-03")["consent", "sent"]) == ({}, 20)


def test_a_month_waits_while_the_keyring_lacks_a_key_that_tallies_lie_under(setu: ReferralService) -> None:
    setu.submit(person=a_named_person(gender="woman"))
    add(setu, {"sent": 20})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    older_copy = replace(setu.dependencies, keyring=Keyring({"older": bytes(32)}))
    assert freeze_figures(setu.worker_db, dependencies=older_copy, now=setu.clock.now()) == 0
    assert freeze(setu) == 1


def test_after_an_outage_each_month_is_frozen_in_its_turn(setu: ReferralService) -> None:
    add(setu, {"sent": 20})
    add(setu, {"sent": 30}, months_later=1)
    add(setu, {"sent": 8}, months_later=2)
    setu.clock.set(MONDAY_NOON.replace(month=6, day=20))

    assert freeze(setu) == 3
    assert [told(setu, f"2026-0{month}")["consent", "sent"] for month in (3, 4, 5)] == [20, 30, None]


@pytest.mark.parametrize("word", ["reached", "failed", "no_capacity", "forwarded", "settled"])
def test_what_happens_behind_the_wall_begins_no_month(setu: ReferralService, word: str) -> None:
    before = setu.get(None, "/api/figures").data
    add(setu, {word: 12})
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))

    assert freeze(setu) == 0
    assert setu.get(None, "/api/figures").data == before
