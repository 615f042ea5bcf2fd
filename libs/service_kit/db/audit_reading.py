"""Reading of the audit log, filtered and a page at a time, the newest first; each reading is an entry itself.

Promises: the web role sees what row-level security opens to it (`audit_migration.py`), whatever is asked; a page costs
what it shows, however long the log is, since each filter has an index in the order of the page. Columns that are read
are ids and codes; hashes and correlation ids stay closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Select, literal_column, select, tuple_
from sqlalchemy.orm import Session

from service_kit.cursor import BadCursor, Page, decode_bytes, encode_bytes
from service_kit.db import audit
from service_kit.db.tables import AUDIT_LOOK, AUDIT_REFUSAL, audit_entry
from service_kit.identity import Principal

LOOKS, REFUSALS, SIGN_INS, ACTS = "looks", "refusals", "sign-ins", "acts"
_SIGN_IN = "left(action, 8) = 'session.'"
KINDS: Mapping[str, str] = {
    LOOKS: AUDIT_LOOK,
    REFUSALS: AUDIT_REFUSAL,
    SIGN_INS: _SIGN_IN,
    ACTS: f"NOT ({AUDIT_LOOK}) AND NOT ({AUDIT_REFUSAL}) AND NOT ({_SIGN_IN})",
}
"""Kinds of entries, each with its condition: who looked, what was refused, who signed in, what was done."""
READ = "audit.read"
_ENTRY = audit_entry.c


@dataclass(frozen=True)
class Entry:
    """One entry as a page shows it; `sequence` is None until the worker has chained it."""

    position: int
    sequence: int | None
    at: datetime
    action: str
    actor: UUID | None
    organization: UUID | None
    object_type: str
    object_id: str
    outcome: str
    detail: Mapping[str, str]


_SHOWN = [_ENTRY[field.name] for field in fields(Entry)]


@dataclass(frozen=True)
class Filters:
    """What is asked for; None asks for all. Days are inclusive, in the reader's zone; ids are opaque."""

    from_day: date | None = None
    to_day: date | None = None
    kind: str | None = None
    account: UUID | None = None
    organization: UUID | None = None
    object_id: str | None = None
    within: str | None = None
    """What let the reader look the object up by a reference; no filter, and written into the entry of this reading."""

    def as_detail(self) -> dict[str, str]:
        """The filters as they were understood, for the entry of this reading."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in given.items() if value is not None}


def list_entries(session: Session, wanted: Filters, *, zone: tzinfo, limit: int, after: str | None) -> Page[Entry]:
    """Up to `limit` entries, newest first. Raises BadCursor."""
    query: Select[Any] = select(*_SHOWN).where(*_conditions(wanted, zone))
    order = tuple_(_ENTRY.at, _ENTRY.position)
    if after is not None:
        query = query.where(order < _decode(after))
    rows = session.execute(query.order_by(_ENTRY.at.desc(), _ENTRY.position.desc()).limit(limit + 1))
    found = [Entry(*row) for row in rows]
    last = found[limit - 1] if len(found) > limit else None
    following = encode_bytes(f"{last.at.isoformat()}|{last.position}".encode()) if last else None
    return Page(found[:limit], following)


def record_reading(session: Session, reader: Principal, wanted: Filters, after: str | None, now: datetime) -> None:
    """The entry of one page read: by whom, with which filters, from where on. About the object, where one was named."""
    detail = wanted.as_detail()
    if after is not None:
        detail["after"] = _decode(after)[0].isoformat()
    audit.record(session, READ, ("audit-log", wanted.object_id or ""), reader, now, detail=detail)


def _conditions(wanted: Filters, zone: tzinfo) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.from_day is not None:
        conditions.append(_ENTRY.at >= _start_of(wanted.from_day, zone))
    if wanted.to_day is not None:
        conditions.append(_ENTRY.at < _start_of(wanted.to_day + timedelta(days=1), zone))
    if wanted.kind is not None:
        conditions.append(literal_column(KINDS[wanted.kind], Boolean))  # SQL of ours, as the index has it
    ids = (
        (_ENTRY.actor, wanted.account),
        (_ENTRY.organization, wanted.organization),
        (_ENTRY.object_id, wanted.object_id),
    )
    return [*conditions, *(column == value for column, value in ids if value is not None)]


def _start_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _decode(cursor: str) -> tuple[datetime, int]:
    try:
        at, _, position = decode_bytes(cursor).decode().partition("|")
        found = datetime.fromisoformat(at), int(position)
    except ValueError:
        raise BadCursor from None
    if found[0].tzinfo is None or not 0 <= found[1] < 2**63:
        raise BadCursor
    return found
