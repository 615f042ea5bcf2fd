"""Restore drill: what had to survive a backup has, and everybody on the referring side reads the same bytes as before.

`make restore-drill` plays it with 10,000 referrals (SETU_DRILL_REFERRALS).
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from referral_service.store.tables import identity, referral_key, task
from referral_service.store.tables_figures import figure_tally
from referral_service.use_cases.figures.freeze_figures import freeze_figures
from referral_service.use_cases.run_clocks import run_clocks
from service_kit.db import revocation
from service_kit.identity import Principal
from support.backups import Vault
from support.referral import (
    COLLEAGUE,
    KOLKATA,
    MONDAY_NOON,
    NURSE,
    OFFICER,
    SUPERVISOR,
    WORKER,
    Referral,
    ReferralService,
    a_named_person,
)

REFERRALS = int(os.environ.get("SETU_DRILL_REFERRALS", "12"))
NOT_COMPARED = {"Date", "X-Request-Id", "X-Correlation-Id"}


def sent(setu: ReferralService, number: int) -> Referral:
    """One for somebody with a phone of their own: thousands with one phone would all be looked at for each."""
    contact = {"method": "phone", "value": f"98300 {number:05}"}
    return setu.sent(person=a_named_person(contact=contact))


def move(setu: ReferralService, referral: Referral, how: int) -> None:
    """One of the things that become of a referral, by turns."""
    match how % 6:
        case 0:
            setu.must(WORKER, referral, "open")
        case 1:
            setu.must(WORKER, referral, "accept")
        case 2:
            setu.must(WORKER, referral, "decline", reason="no_capacity")
        case 3:
            setu.withdraw_by_code(referral.card_code)
        case 4:
            setu.must(OFFICER, referral, "withdraw", reason="mistake")


def answers(setu: ReferralService, referrals: Sequence[Referral]) -> dict[tuple[UUID | None, str], object]:
    """All that the referring side is answered: lists with every page, each referral, its actions and pages."""
    found: dict[tuple[UUID | None, str], object] = {}

    def ask(who: Principal, path: str) -> None:
        answer = setu.get(who, path)
        kept = [(name, value) for name, value in answer.headers if name not in NOT_COMPARED]
        found[who.account, path] = (answer.status_code, kept, answer.data)
        following = answer.get_json()["next"] if path.startswith("/api/referrals?") else None
        if following:
            ask(who, following[following.index("/api/") :])

    for who in (OFFICER, COLLEAGUE, NURSE):
        for path in ("/api/referrals?limit=100", "/api/referrals?limit=100&state=opened", "/", "/sent"):
            ask(who, path)
    ask(NURSE, "/leaving")
    for path in ("/", "/cards"):
        ask(SUPERVISOR, path)
    for referral in referrals:
        for who in (OFFICER, NURSE):
            for path in ("/api/referrals/{}", "/api/referrals/{}/actions", "/sent/{}"):
                ask(who, path.format(referral.id))
    return found


def is_erased(setu: ReferralService, referral: Referral) -> bool:
    with setu.worker_db.transaction() as session:
        tables = (referral_key, identity)
        left = [session.scalar(select(func.count()).where(t.c.referral_id == UUID(referral.id))) for t in tables]
    return left == [0, 0]


def test_every_act_after_the_backup_that_had_to_survive_has_and_officers_read_the_same_bytes(
    drilled: ReferralService, vault: Vault
) -> None:
    [card, *_] = drilled.cards()
    before = [sent(drilled, number) for number in range(REFERRALS)]
    in_custody = drilled.sent(NURSE, setting="prison", urgent=["PREGNANT"])
    for place, referral in enumerate(before[: REFERRALS // 2]):
        move(drilled, referral, place)
    assert vault.back_up().exit_code == 0

    drilled.clock.advance(timedelta(minutes=20))
    for place, referral in enumerate(before[REFERRALS // 2 :]):
        move(drilled, referral, place)
    drilled.must(WORKER, in_custody, "open")
    drilled.must(WORKER, in_custody, "ask", question="visit_possible")
    after = [sent(drilled, REFERRALS + number) for number in range(REFERRALS // 2)]
    after.append(drilled.sent(NURSE, setting="prison", expected_release="2026-03-12"))
    after.append(drilled.sent(card=card.number))
    for place, referral in enumerate(after[:-2]):
        move(drilled, referral, place)
    revoked = uuid4()
    with drilled.worker_db.transaction() as session:
        revocation.revoke(session, revoked, datetime.now(UTC) + timedelta(hours=8))
    vault.log_survivors()
    everything = [*before, in_custody, *after]
    was = answers(drilled, everything)
    erased = [referral for referral in everything if is_erased(drilled, referral)]

    done = vault.restore()

    assert done.exit_code == 0, done.output
    now = answers(drilled, everything)
    assert [asked for asked in was if was[asked] != now[asked]] == []
    assert len(erased) > REFERRALS // 4
    assert all(is_erased(drilled, referral) for referral in [*erased, *after])
    assert revocation.look_up(drilled.worker_db, revoked).revoked
    accepted = next(one for one in before[REFERRALS // 2 :] if drilled.shown(OFFICER, one)["state"] == "accepted")
    assert drilled.get(WORKER, f"/api/referrals/{accepted.id}/identity").get_json()["name"] == "Rafiq"
    assert drilled.submit(card=card.number).status_code == 422, "a card is not used twice"


def test_a_month_that_was_published_after_the_backup_is_not_published_again_with_other_numbers(
    drilled: ReferralService, vault: Vault
) -> None:
    sent = {"month": MONDAY_NOON.date().replace(day=1), "district": KOLKATA, "counted": "sent"}
    _write(drilled, [sent] * 20)
    assert vault.back_up().exit_code == 0
    _write(drilled, [sent] * 30)
    drilled.clock.set(MONDAY_NOON.replace(month=4, day=20))
    assert freeze_figures(drilled.worker_db, dependencies=drilled.dependencies, now=drilled.clock.now()) == 1
    published = drilled.get(None, "/api/figures").data
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    assert drilled.get(None, "/api/figures").data == published
    assert freeze_figures(drilled.worker_db, dependencies=drilled.dependencies, now=drilled.clock.now()) == 0
    assert drilled.get(None, "/api/figures").data == published


def _write(setu: ReferralService, rows: list[dict[str, object]]) -> None:
    with setu.worker_db.transaction() as session:
        session.execute(insert(figure_tally), rows)


def test_a_referral_that_only_the_log_knows_goes_on_telling_its_sender_by_the_clock(
    drilled: ReferralService, vault: Vault
) -> None:
    assert vault.back_up().exit_code == 0
    lost, opened = drilled.sent(), drilled.sent()
    drilled.must(WORKER, opened, "open")
    vault.log_survivors()
    assert vault.restore().exit_code == 0

    shown = drilled.shown(WORKER, lost)
    assert (shown["status"], shown["business_status"], shown.get("needs")) == (
        "cancelled", "closed-answer-anyway", None,
    )  # fmt: skip
    drilled.must(WORKER, lost, "accept")
    assert drilled.shown(OFFICER, lost)["state"] == "accepted"
    drilled.clock.advance(timedelta(days=20))
    run_clocks(drilled.worker_db, dependencies=drilled.dependencies, now=drilled.clock.now())
    assert drilled.shown(OFFICER, opened)["state"] == "not_answered"
    assert drilled.get(OFFICER, "/api/referrals").status_code == 200
    with drilled.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).where(~task.c.ghost)) == 0
