"""Cards handed out alone: an arrival counts once and takes the needs along; a year later they lead nowhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update

from referral_service.store.cards.card_holders import forget_cards_alone
from referral_service.store.tables_cards import card_holder
from referral_service.use_cases.enforce_retention import enforce_retention
from setu.india import day_in_india
from support.card_orders import an_order, print_order
from support.events import eventually, waiting_for_locks
from support.referral import OFFICER, WORKER, ReferralService, a_consent
from support.referrals.voices import rows

YEAR = timedelta(days=365)


@pytest.fixture
def code(setu: ReferralService) -> str:
    """The code of a printed card that an officer handed out alone."""
    (face, *_) = print_order(setu, an_order(setu, sheets=1))
    alone = a_consent(answer="card_only", another_service=False)
    assert setu.submit(OFFICER, consent=alone, person=None, service_id=None, card=face.number).status_code == 204
    return face.code


def sweep(setu: ReferralService) -> None:
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())


def kept_needs(setu: ReferralService) -> list[list[str]]:
    with setu.worker_db.transaction() as session:
        return list(session.scalars(select(card_holder.c.needs)))


def test_an_arrival_counts_once_and_the_card_forgets_its_needs(setu: ReferralService, code: str) -> None:
    (needs,) = kept_needs(setu)
    assert needs

    for _ in range(2):
        assert setu.post(WORKER, "/api/arrivals", {"code": code}).get_json()["counted"] is True

    assert rows(setu, "arrival") == len(needs)
    assert kept_needs(setu) == [[]]


def test_needs_that_the_release_before_left_are_forgotten(setu: ReferralService, code: str) -> None:
    with setu.worker_db.transaction() as session:
        session.execute(update(card_holder).values(arrived_on=date(2026, 11, 2)))

    sweep(setu)

    assert (code, kept_needs(setu)) == (code, [[]])


def test_two_case_workers_who_enter_it_at_once_count_one(setu: ReferralService, code: str) -> None:
    with setu.worker_db.transaction() as session, ThreadPoolExecutor(2) as pool:
        session.execute(select(card_holder.c.code_mac).with_for_update())
        answers = [pool.submit(setu.post, WORKER, "/api/arrivals", {"code": code}) for _ in range(2)]
        eventually(lambda: waiting_for_locks(setu.worker_db) == 2)
        session.commit()
        assert {answer.result().status_code for answer in answers} == {200}

    with setu.worker_db.transaction() as session:
        counted = session.execute(text("SELECT need, count(*) FROM arrival GROUP BY need")).all()
    assert {count for _, count in counted} == {1}


def test_a_year_later_it_leads_nowhere_and_what_it_said_is_forgotten(setu: ReferralService, code: str) -> None:
    assert setu.say_by_code(code, "pressed").status_code == 202
    assert rows(setu, "heard_voice") == 1
    setu.clock.advance(YEAR - timedelta(days=1))
    sweep(setu)
    assert rows(setu, "card_holder") == 1

    setu.clock.advance(timedelta(days=1))
    sweep(setu)

    assert (rows(setu, "card_holder"), rows(setu, "heard_voice")) == (0, 0)
    assert setu.post(WORKER, "/api/arrivals", {"code": code}).status_code == 404
    assert setu.withdraw_by_code(code).status_code == 202


def test_what_it_says_in_the_moment_of_the_sweep_is_not_remembered(setu: ReferralService, code: str) -> None:
    setu.clock.advance(YEAR)
    with setu.worker_db.transaction() as session, ThreadPoolExecutor(1) as pool:
        assert len(forget_cards_alone(session, day_in_india(setu.clock.now()))) == 1
        said = pool.submit(setu.say_by_code, code, "pressed")
        eventually(lambda: waiting_for_locks(setu.worker_db) == 1)
        session.commit()
        assert said.result().status_code == 202

    tables = ("card_holder", "heard_voice", "voice_count", "card_request")
    assert [rows(setu, table) for table in tables] == [0] * 4


def test_the_card_of_a_referral_stays_with_it(setu: ReferralService) -> None:
    setu.sent()
    setu.clock.advance(YEAR)

    sweep(setu)

    assert rows(setu, "card_holder") == 1
