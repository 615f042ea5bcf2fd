"""Withdrawal by the code on a card: queued by the web process, whatever the code, and applied by the worker."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from referral_service.outside.codes import new_card_code
from referral_service.store.metadata import metadata
from referral_service.store.tables import task
from referral_service.store.tables_cards import card_request
from referral_service.use_cases.cards.apply_card_requests import KNOWN_A_ROUND, apply_card_requests
from service_kit.db.tables import audit_entry
from support.referral import COORDINATOR, OFFICER, WORKER, Referral, ReferralService


def rows(setu: ReferralService, table: str) -> int:
    with setu.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def ask(setu: ReferralService, code: str | None) -> None:
    answer = setu.post(None, "/api/withdrawals", {"code": code})
    assert (answer.status_code, answer.get_json()) == (202, {})


def let_the_worker_look(setu: ReferralService, known: int = KNOWN_A_ROUND) -> None:
    apply_card_requests(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now(), known=known)


def set_status(setu: ReferralService, referral: Referral, status: str) -> None:
    with setu.worker_db.transaction() as session:
        session.execute(update(task).where(task.c.id == referral.id).values(status=status))


def audited(setu: ReferralService) -> list[tuple[str, dict[str, str]]]:
    query = select(audit_entry.c.outcome, audit_entry.c.detail).where(audit_entry.c.object_type == "card")
    with setu.worker_db.transaction() as session:
        return [(outcome, detail) for outcome, detail in session.execute(query.order_by(audit_entry.c.position))]


def flood(setu: ReferralService, count: int) -> None:
    """As many made-up codes, older than anything that a person sends."""
    long_ago = setu.clock.now() - timedelta(hours=1)
    made_up = [{"code_mac": f"{number:032}".encode(), "queued_at": long_ago} for number in range(count)]
    with setu.worker_db.transaction() as session:
        session.execute(insert(card_request), made_up)


def has_ended(setu: ReferralService, referral: Referral) -> bool:
    return setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 410


def test_the_web_process_leaves_one_row_for_any_code_and_looks_nothing_up(setu: ReferralService) -> None:
    referral = setu.sent()
    for code in (referral.card_code, new_card_code(setu.ids)):
        before = rows(setu, "card_request")
        ask(setu, code)
        assert rows(setu, "card_request") == before + 1
    assert not has_ended(setu, referral)
    assert audited(setu) == []


def test_equal_codes_wait_once(setu: ReferralService) -> None:
    code = new_card_code(setu.ids)
    for spelling in (code, code.lower(), f"{code[:4]} - {code[4:]}"):
        ask(setu, spelling)
    assert rows(setu, "card_request") == 1


def test_the_workers_next_round_ends_the_consent_and_empties_the_queue(setu: ReferralService) -> None:
    referral = setu.sent()
    ask(setu, referral.card_code)
    ask(setu, new_card_code(setu.ids))
    let_the_worker_look(setu)
    assert has_ended(setu, referral)
    assert rows(setu, "card_request") == 0
    assert audited(setu) == []


def test_a_flood_of_made_up_codes_delays_no_person(setu: ReferralService) -> None:
    flood(setu, 30_000)
    referral = setu.sent()
    ask(setu, referral.card_code)
    let_the_worker_look(setu)
    assert has_ended(setu, referral)
    assert 0 < rows(setu, "card_request") <= 10_000
    let_the_worker_look(setu)
    assert rows(setu, "card_request") == 0


def test_known_codes_are_applied_at_a_bounded_rate_the_oldest_first(setu: ReferralService) -> None:
    sent = [setu.sent() for _ in range(3)]
    for referral in sent:
        ask(setu, referral.card_code)
        setu.clock.advance(timedelta(seconds=1))
    let_the_worker_look(setu, known=2)
    assert [has_ended(setu, referral) for referral in sent] == [True, True, False]
    assert rows(setu, "card_request") == 1
    assert KNOWN_A_ROUND * 3600 > 100_000  # an hour's worth, at a round a second


def test_the_log_has_one_entry_a_day_in_which_a_known_code_is_like_any_other(setu: ReferralService) -> None:
    referral = setu.sent()
    for code in (referral.card_code, *(new_card_code(setu.ids) for _ in range(20)), referral.card_code):
        ask(setu, code)
        let_the_worker_look(setu)
    setu.clock.advance(timedelta(hours=11))
    let_the_worker_look(setu)
    assert audited(setu) == [], "whoever reads a code out, and then the log, learns nothing of it"
    setu.clock.advance(timedelta(hours=1))
    for _ in range(2):
        let_the_worker_look(setu)
    assert audited(setu) == [("done", {"day": "2026-03-02", "count": "22"})]


def test_a_card_that_was_handed_out_alone_has_nothing_to_end(setu: ReferralService) -> None:
    card = setu.cards()[0]
    ask(setu, card.code)
    let_the_worker_look(setu)
    assert rows(setu, "card_request") == 0
    assert audited(setu) == []


def test_one_withdrawal_that_fails_is_put_last_and_holds_up_no_other(
    setu: ReferralService, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = setu.sent(), setu.sent()
    set_status(setu, broken, "of a later release")
    for referral in (broken, sound):
        ask(setu, referral.card_code)
        setu.clock.advance(timedelta(seconds=1))
    let_the_worker_look(setu, known=1)
    assert "a request by code failed" in caplog.text
    let_the_worker_look(setu, known=1)
    assert has_ended(setu, sound)
    set_status(setu, broken, "requested")
    let_the_worker_look(setu)
    assert has_ended(setu, broken)


def test_a_code_ends_every_record_of_a_forwarded_chain(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.must(COORDINATOR, referral, "forward")
    ask(setu, referral.card_code)
    let_the_worker_look(setu)
    assert rows(setu, "referral_key") == 0
    assert setu.shown(OFFICER, referral)["state"] == "not_taken"
