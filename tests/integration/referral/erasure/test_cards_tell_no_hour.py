"""What the database says of a printed card: the day of its use, and whether somebody came, and of neither a moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from referral_service.store.tables_cards import card, card_holder
from referral_service.use_cases.claim_key_without_record import NOTHING_MADE
from service_kit.db.tables import idempotency_key
from support.card_orders import an_order, print_order
from support.referral import MONDAY_NOON, OFFICER, WORKER, ReferralService, a_consent
from support.referrals.form import FormFiller, heading

MONDAY = MONDAY_NOON.date()
MIDNIGHT = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)  # in India
EXACTLY = "2026-02-26T23:45:01.234+05:30"
A_THURSDAY = datetime(2026, 2, 25, 18, 30, tzinfo=UTC)


def column(setu: ReferralService, one: Any) -> list[Any]:
    with setu.worker_db.transaction() as session:
        return list(session.scalars(select(one).where(one.is_not(None))))


def hand_out_alone(setu: ReferralService, key: str | None = None) -> str:
    """A printed card; its code."""
    (face, *_) = print_order(setu, an_order(setu, sheets=1))
    alone = a_consent(answer="card_only", another_service=False)
    assert setu.submit(OFFICER, key, consent=alone, person=None, service_id=None, card=face.number).status_code == 204
    return face.code


def test_a_use_is_noted_by_its_day_whether_a_referral_comes_of_it_or_not(setu: ReferralService) -> None:
    hand_out_alone(setu)
    setu.sent(OFFICER, card=setu.cards()[0].number)

    assert column(setu, card.c.used_at) == [MIDNIGHT] * 2


def test_an_arrival_is_counted_on_its_day_and_leaves_none_with_the_card(setu: ReferralService) -> None:
    code = hand_out_alone(setu)
    setu.clock.advance(timedelta(days=3))

    assert setu.post(WORKER, "/api/arrivals", {"code": code}).get_json()["counted"] is True

    assert column(setu, card_holder.c.arrived_on) == column(setu, card_holder.c.handed_out_on) == [MONDAY]
    with setu.worker_db.transaction() as session:
        days = session.scalars(text("SELECT DISTINCT day FROM arrival")).all()
    assert days == [MONDAY + timedelta(days=3)]


def a_no(setu: ReferralService) -> None:
    refused = a_consent(answer="no", another_service=False)
    assert setu.submit(OFFICER, "once", consent=refused, person=None).status_code == 204


def only_the_card(setu: ReferralService) -> None:
    hand_out_alone(setu, "once")


def nobody_found(setu: ReferralService) -> None:
    officer = FormFiller(setu)
    officer.place("SHELTER")
    assert heading(officer.instead("unmet")) == "Thank you"


@pytest.mark.parametrize("answer", [a_no, only_the_card, nobody_found])
def test_that_it_was_sent_once_says_the_account_and_the_day_and_is_the_same_of_all(
    setu: ReferralService, answer: Any
) -> None:
    answer(setu)

    with setu.worker_db.transaction() as session:
        kept = session.execute(select(idempotency_key).where(idempotency_key.c.account == OFFICER.account)).one()
    assert (kept.resource_id, kept.created_at) == (NOTHING_MADE, MIDNIGHT + timedelta(days=1))


def test_a_no_is_counted_once_for_ninety_days(setu: ReferralService) -> None:
    a_no(setu)
    setu.clock.advance(timedelta(days=89, hours=23))
    a_no(setu)

    with setu.worker_db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM tally")) == 1


def test_what_another_release_writes_is_rounded(setu: ReferralService) -> None:
    hand_out_alone(setu)

    with setu.worker_db.transaction() as session:
        session.execute(text("UPDATE card SET used_at = :at WHERE used_at IS NOT NULL"), {"at": EXACTLY})
        session.execute(text("UPDATE card_holder SET arrived_on = '2026-03-20'"))

    assert column(setu, card.c.used_at) == [A_THURSDAY]
    assert column(setu, card_holder.c.arrived_on) == [MONDAY]
