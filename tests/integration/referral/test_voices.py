"""What a person says with a card: the same 202 for every code, once a card and word, told as rule 14 says."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from referral_service.domain.voices import COUNTED, Voice
from referral_service.outside.codes import new_card_code
from referral_service.store.metadata import metadata
from referral_service.store.tables_cards import card_holder, card_request, day_of_card_requests
from referral_service.use_cases.cards.apply_card_requests import apply_card_requests
from referral_service.use_cases.enforce_retention import enforce_retention
from service_kit.db.engine import Database
from service_kit.db.tables import audit_entry, outbox
from support.canary import found
from support.referral import (
    COORDINATOR,
    DATA_OFFICER,
    KOLKATA,
    OFFICER,
    STATION,
    WORKER,
    ReferralService,
    events_of,
)
from support.referrals.voices import counts, rows


@pytest.mark.parametrize("voice", Voice)
def test_every_well_formed_code_is_answered_alike_and_leaves_one_row_that_nobody_looked_up(
    lasting_setu: ReferralService, voice: Voice
) -> None:
    referral, answers = lasting_setu.sent(), []
    for code in (referral.card_code, new_card_code(lasting_setu.ids), referral.card_code):
        before = rows(lasting_setu, "card_request")
        answer = lasting_setu.post(None, "/api/voices", {"code": code, "said": voice})
        answers.append((answer.status_code, answer.data, rows(lasting_setu, "card_request") - before))
    assert answers == [(202, b"{}\n", 1), (202, b"{}\n", 1), (202, b"{}\n", 0)]


def test_a_wrong_code_and_another_word_are_refused_from_the_input_alone(lasting_setu: ReferralService) -> None:
    code = new_card_code(lasting_setu.ids)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for body, field in (
        ({"code": wrong, "said": "pressed"}, "code"),
        ({"code": "R-2222-2222", "said": "pressed"}, "code"),
        ({"code": code, "said": "withdrawal"}, "said"),
        ({"code": code, "said": "they took my phone"}, "said"),
        ({"code": code, "said": "pressed", "note": "x"}, "note"),
        ({"code": code}, "said"),
    ):
        answer = lasting_setu.post(None, "/api/voices", body)
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)


def test_voices_move_no_clock_no_view_and_no_other_count(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    tables = ("task", "task_event", "referrer_view", "referral_sent", "tally", "arrival", "attempt")

    def everything() -> list[Any]:
        with setu.worker_db.transaction() as session:
            return [session.execute(select(metadata.tables[name])).all() for name in tables]

    before = everything()
    setu.clock.advance(timedelta(minutes=5))
    for voice in Voice:
        setu.say_by_code(referral.card_code, voice)
    assert everything() == before


def test_codes_are_one_entry_a_day_and_a_flood_delays_nobody(setu: ReferralService) -> None:
    long_ago = setu.clock.now() - timedelta(hours=1)
    made_up = [
        {"code_mac": f"{number:032}".encode(), "asked": ("pressed", "withdrawal")[number % 2], "queued_at": long_ago}
        for number in range(10_000)
    ]
    with setu.worker_db.transaction() as session:
        session.execute(insert(card_request), made_up)
    referral = setu.sent()
    setu.say_by_code(referral.card_code, Voice.PRESSED)
    assert counts(setu) == {("pressed", "WB", KOLKATA, STATION): 1}
    assert rows(setu, "card_request") == 0
    setu.say_by_code(referral.card_code, Voice.PRESSED)
    with setu.worker_db.transaction() as session:
        day = day_of_card_requests.c
        assert session.execute(select(day.withdrawals, day.voices)).all() == [(5000, 5002)]
    setu.clock.advance(timedelta(days=1))
    apply_card_requests(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    with setu.worker_db.transaction() as session:
        told = session.execute(select(audit_entry.c.action, audit_entry.c.detail["count"].astext)).all()
    assert {("referral.voice", "5002"), ("referral.withdraw-consent", "5000")} <= {tuple(row) for row in told}


def test_a_card_is_remembered_until_its_referral_is_deleted(setu: ReferralService) -> None:
    referral = setu.sent()
    for voice in Voice:
        setu.say_by_code(referral.card_code, voice)
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    for days, kept in ((364, True), (1, False)):
        setu.clock.advance(timedelta(days=days))
        enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
        assert (rows(setu, "heard_voice") > 0) is kept
    assert rows(setu, "team_voice") == 0
    assert sum(counts(setu).values()) == len(COUNTED)


def test_nothing_that_is_stored_told_or_logged_joins_a_counted_voice_to_its_card(
    setu: ReferralService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    events_before = len(events_of(setu))
    for voice in Voice:
        setu.say_by_code(referral.card_code, voice)
    assert referral.card_code is not None
    bare = referral.card_code.replace("-", "")
    with setu.worker_db.transaction() as session:
        code_mac = session.scalar(select(card_holder.c.code_mac)) or b""
        kept = {
            name: "\n".join(str(row) for row in session.scalars(text(f'SELECT t::text FROM "{name}" AS t'))).encode()  # noqa: S608  # our own words
            for name in (*metadata.tables, audit_entry.name, outbox.name)
        }
    told = "\n".join(str(event) for event in events_of(setu)[events_before:]) + caplog.text
    words = [bare, referral.card_code, code_mac.hex(), referral.id]
    joined = {
        name: hits for name in ("heard_voice", "voice_sender", "voice_count") if (hits := found(words, kept[name]))
    }
    assert joined == {}, "what was said leads to no card and no referral"
    assert {name for name, blob in kept.items() if found([code_mac.hex()], blob)} == {"card_holder"}
    assert {name for name, blob in kept.items() if found([bare, referral.card_code], blob)} == set()
    assert found([bare, referral.card_code, *Voice], told.encode()) == set()
    assert found(list(COUNTED), b"".join(blob for name, blob in kept.items() if name != "voice_count")) == set()


@pytest.mark.parametrize("who", [OFFICER, WORKER])
def test_nobody_else_reads_the_counts(lasting_setu: ReferralService, who: Any) -> None:
    assert lasting_setu.get(who, "/voices").status_code == 403


def test_a_process_of_the_release_before_still_queues_withdrawals_and_takes_no_voice_for_one(
    setu: ReferralService,
) -> None:
    referral = setu.sent()
    code_mac = setu.dependencies.code_mac((referral.card_code or "").replace("-", ""))
    web = Database(setu.urls.web, pool_size=1)
    old = text("INSERT INTO withdrawal_request (code_mac, queued_at) VALUES (:code_mac, now()) ON CONFLICT DO NOTHING")
    with web.transaction() as session:
        session.execute(old, {"code_mac": code_mac})
    web.dispose()
    setu.post(None, "/api/voices", {"code": referral.card_code, "said": "pressed"})
    with setu.worker_db.transaction() as session:  # and the worker of before sees its own alone
        assert session.scalars(text("SELECT code_mac FROM withdrawal_request")).all() == [code_mac]
    apply_card_requests(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert (rows(setu, "referral_key"), rows(setu, "card_request")) == (0, 0)
    assert setu.shown(OFFICER, referral)["state"] == "sent"


def test_a_data_officer_is_shown_what_a_coordinator_is_not(lasting_setu: ReferralService) -> None:
    assert "Was asked for money or sex" in lasting_setu.get(DATA_OFFICER, "/voices").text
    assert "Was asked for money or sex" not in lasting_setu.get(COORDINATOR, "/voices").text
