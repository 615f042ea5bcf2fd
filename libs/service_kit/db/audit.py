"""Audit log, append-only: who did or read what.

`record` only inserts, in the transaction that it tells about, so that the chain is no lock for all: the worker chains
and signs what is new within a second (`audit_chain.py`). Roles may only insert; a trigger refuses the rest even to the
owner. Who reads the log, and by what: `audit_reading.py`. Details hold ids and codes, never personal data. An action
that only looks ends in `.read` or `.list`; an outcome that is no success is one of those in `tables.REFUSED_OUTCOMES`:
the reading finds both by that.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service_kit.logs import correlation_id

_RECORD = text(  # made once: nearly every change records something
    "INSERT INTO audit_entry"
    " (action, actor, organization, object_type, object_id, outcome, at, correlation_id, detail)"
    " VALUES (:action, :actor, :organization, :object_type, :object_id, :outcome, :at, :correlation_id,"
    " CAST(:detail AS jsonb))"
)


class Actor(Protocol):
    """Who acts: a `Principal`, a `Scope` of what is known of somebody who is not signed in, an empty one for nobody."""

    @property
    def account(self) -> UUID | None:
        """The person's account."""

    @property
    def organization(self) -> UUID | None:
        """On whose behalf."""


def record(
    session: Session,
    action: str,
    subject: tuple[str, object],
    by: Actor,
    at: datetime,
    *,
    outcome: str = "done",
    detail: Mapping[str, str] | None = None,
) -> None:
    """Add an entry in the running transaction; `subject` is the type and the id of what it is about."""
    entry = values_of(action, subject, by, at, outcome=outcome)
    session.execute(_RECORD, entry | {"detail": json.dumps(dict(detail or {}))})


def values_of(
    action: str, subject: tuple[str, object], by: Actor, at: datetime, *, outcome: str = "done"
) -> dict[str, object]:
    """The columns of its row, for a statement that writes it together with other rows (one round trip less)."""
    object_type, object_id = subject
    return {
        "action": action,
        "actor": by.account,
        "organization": by.organization,
        "object_type": object_type,
        "object_id": str(object_id),
        "outcome": outcome,
        "at": at,
        "correlation_id": correlation_id.get(),
    }
