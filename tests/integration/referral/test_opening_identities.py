"""Opening a sealed identity: what stays shut, and what an attempt leaves in the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import insert, select, update

from referral_service.store.tables import identity, referral_key
from service_kit.db.tables import audit_entry
from support.referral import WORKER, Referral, ReferralService

SEALED = (referral_key, identity)


def opened(setu: ReferralService, referral: Referral) -> int:
    return setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code


def readings(setu: ReferralService, referral: Referral) -> list[str]:
    query = select(audit_entry.c.outcome).where(
        audit_entry.c.action == "referral.identity.read", audit_entry.c.object_id == referral.id
    )
    with setu.worker_db.transaction() as session:
        return list(session.scalars(query.order_by(audit_entry.c.position)))


@contextmanager
def put_back(setu: ReferralService, referral: Referral) -> Iterator[None]:
    """What a restored backup does: the rows of before are there again afterwards."""
    with setu.worker_db.transaction() as session:
        of = {table: table.c.referral_id == referral.id for table in SEALED}
        before: list[tuple[Any, dict[str, Any]]] = [
            (table, dict(session.execute(select(table).where(of[table])).mappings().one())) for table in SEALED
        ]
    yield
    with setu.worker_db.transaction() as session:
        for table, row in before:
            session.execute(insert(table).values(row))


def test_an_identity_is_opened_and_the_reading_is_written_down(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    assert opened(setu, referral) == 200
    assert readings(setu, referral) == ["done"]


def test_a_ghosts_identity_stays_shut_also_when_its_rows_come_back(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    with put_back(setu, referral):
        setu.withdraw_by_code(referral.card_code)
    assert opened(setu, referral) == 410
    assert "done" not in readings(setu, referral)


def test_a_record_that_was_moved_or_changed_is_a_500_and_the_attempt_stays_in_the_log(setu: ReferralService) -> None:
    one, other = setu.sent(), setu.sent()
    for referral in (one, other):
        setu.must(WORKER, referral, "open")
    with setu.worker_db.transaction() as session:
        theirs = session.scalar(select(identity.c.sealed).where(identity.c.referral_id == other.id))
        session.execute(update(identity).where(identity.c.referral_id == one.id).values(sealed=theirs))
        session.execute(update(identity).where(identity.c.referral_id == other.id).values(sealed=b"changed" * 9))
    for referral in (one, other):
        assert opened(setu, referral) == 500
        assert readings(setu, referral) == ["done", "failed"]
