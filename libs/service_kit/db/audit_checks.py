"""Checks of the audit log that a reader asked for on a page: a queue of one, worked off by the worker in steps.

Why: a log of years takes minutes to walk, and no web thread may wait for it; nor has a web process the rights or the
key. Promises: the whole log is walked, up to where it ended when the check began; each step is a transaction and is
written down, so a worker that dies goes on where it was; while one check runs, asking again gives that one.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit.clock import Clock
from service_kit.db import audit, audit_chain
from service_kit.db.audit_verification import Finding, LogKeys, Progress, begin, find_late, verify_next
from service_kit.db.engine import Database
from service_kit.db.tables import audit_check
from service_kit.identity import Principal, Scope

ASKED, CHECKED = "audit.check", "audit.checked"
_KEPT = timedelta(days=90)
_LATEST = (audit_check.c.finished_at.is_not(None), audit_check.c.asked_at.desc(), audit_check.c.id.desc())


@dataclass(frozen=True)
class Check:
    """A check as a page shows it; `until` is None before it began, `finished_at` before it ended."""

    id: UUID
    asked_at: datetime
    until: int | None
    checked: int
    signed: int
    findings: Sequence[Finding]
    finished_at: datetime | None


def ask_for_check(session: Session, reader: Principal, check: UUID, now: datetime) -> UUID:
    """Queue a check, or find the one that is queued or running; returns its id. As the web role."""
    values = {"id": check, "asked_at": now, "asked_by": reader.account}
    session.execute(insert(audit_check).values(values).on_conflict_do_nothing().inline())
    asked: UUID = session.scalars(select(audit_check.c.id).order_by(*_LATEST).limit(1)).one()
    audit.record(session, ASKED, ("audit-check", asked), reader, now)
    return asked


def find_check(session: Session, check: UUID) -> Check | None:
    """One check. As the web role."""
    row = session.execute(select(audit_check).where(audit_check.c.id == check)).mappings().first()
    return _check(row) if row else None


def last_check(session: Session) -> Check | None:
    """The check that was asked for last. As the web role."""
    row = session.execute(select(audit_check).order_by(*_LATEST).limit(1)).mappings().first()
    return _check(row) if row else None


def keep_checking(db: Database, log: str, private_key: bytes, clock: Clock) -> Callable[[threading.Event], None]:
    """The worker's loop: a look each second, and while a check runs step after step."""
    public_key = Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()
    keys = LogKeys(log, {audit_chain.key_id(public_key): public_key})

    def loop(stop: threading.Event) -> None:
        while not stop.is_set():
            if not take_step(db, keys, clock.now()):
                stop.wait(1)

    return loop


def take_step(db: Database, keys: LogKeys, now: datetime) -> bool:
    """One step of the check that is queued; whether there was one. As the worker's role."""
    with db.transaction() as session:
        waiting = select(audit_check).where(audit_check.c.finished_at.is_(None)).with_for_update(skip_locked=True)
        row = session.execute(waiting).mappings().first()
        if row is None:
            return False
        progress = begin(session) if row["until"] is None else _progress(row)
        if not progress.is_done:
            progress = verify_next(session, progress, keys)
        _store(session, row["id"], progress, now)
        return True


def forget_old_checks(session: Session, now: datetime) -> None:
    """Delete what was finished long ago; the log says that it was asked for."""
    session.execute(delete(audit_check).where(audit_check.c.finished_at < now - _KEPT))


def _store(session: Session, check: UUID, progress: Progress, now: datetime) -> None:
    findings = [*progress.findings, *(find_late(session, now) if progress.is_done else [])]
    values: dict[str, Any] = {"until": progress.until, "checked": progress.checked, "head": progress.head}
    values |= {"signed": progress.signed, "findings": [[each.code, each.values] for each in findings]}
    if progress.is_done:
        values["finished_at"] = now
        outcome = "failed" if findings else "done"
        detail = {"until": str(progress.until)}
        audit.record(session, CHECKED, ("audit-check", check), Scope(), now, outcome=outcome, detail=detail)
    session.execute(update(audit_check).where(audit_check.c.id == check).values(values))


def _progress(row: RowMapping) -> Progress:
    return Progress(row["until"], row["checked"], bytes(row["head"]), row["signed"], _findings(row))


def _findings(row: RowMapping) -> Sequence[Finding]:
    return [Finding(code, values) for code, values in row["findings"]]


def _check(row: RowMapping) -> Check:
    shown = {name: row[name] for name in ("id", "asked_at", "until", "checked", "signed", "finished_at")}
    return Check(**shown, findings=_findings(row))
