"""Apply queued withdrawals by code: the worker ends the consent behind each known code.

Why: rule 7, at once for a person and also under a flood of made-up codes. Promises: known codes go first, so a flood
delays none of them; each is a transaction of its own that also takes it off the queue, so a worker that dies loses
nothing and ends nothing twice; one that fails is logged, counted and put last. What had nothing to end (unknown codes,
repeats) is deleted in bulk and is one entry of the audit log an hour. Run every second by the worker.
"""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.store import withdrawals
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.end_consent import end_consent_by_person
from service_kit import failpoints, metrics
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.identity import Scope

KNOWN_A_ROUND, UNKNOWN_A_ROUND = 100, 20_000
"""At a round a second: 360,000 withdrawals an hour, and unknown codes faster than web processes can write them."""
CONSENT_ENDED_NOT_COMMITTED = "consent-ended-not-committed"
_log = logging.getLogger(__name__)
_failed = metrics.counter("withdrawals_failed", "Withdrawals by code that failed and are tried again")


def apply_withdrawals(db: Database, *, dependencies: Dependencies, now: datetime, known: int = KNOWN_A_ROUND) -> None:
    """One round, in which at most `known` consents end. `db` is the worker's."""
    with db.transaction() as session:
        waiting = withdrawals.requests_of_known_cards(session, known)
    for code_mac, referral_id in waiting:
        _apply(db, code_mac, referral_id, dependencies, now)
    with db.transaction() as session:
        _count(session, withdrawals.drop_unknown(session, UNKNOWN_A_ROUND), now)
    with db.transaction() as session:
        for hour, count in withdrawals.take_hours_that_are_over(session, now):
            _record(session, "nothing to end", now, {"hour": hour.isoformat(), "count": str(count)})
            _log.info("withdrawals by code that had nothing to end", extra={"hour": hour.isoformat(), "count": count})


def _apply(db: Database, code_mac: bytes, referral_id: UUID, dependencies: Dependencies, now: datetime) -> None:
    try:
        with db.transaction() as session:
            if withdrawals.take_request(session, code_mac):
                _end(session, referral_id, dependencies, now)
    except Exception:  # noqa: BLE001 (ours: it is logged and counted, and must not keep the queue from moving)
        _failed.inc()
        _log.exception("a withdrawal by code failed and is tried again")
        with db.transaction() as session:
            withdrawals.put_last(session, code_mac, now)


def _end(session: Session, referral_id: UUID, dependencies: Dependencies, now: datetime) -> None:
    if end_consent_by_person(session, referral_id, now, dependencies):
        _record(session, "done", now, {})
    else:
        _count(session, 1, now)
    failpoints.reach(CONSENT_ENDED_NOT_COMMITTED)


def _count(session: Session, count: int, now: datetime) -> None:
    if count:
        withdrawals.count_futile(session, count, now)


def _record(session: Session, outcome: str, now: datetime, detail: dict[str, str]) -> None:
    about = ("card", "by code")
    audit.record(session, "referral.withdraw-consent", about, Scope(), now, outcome=outcome, detail=detail)
