"""Creation done once however often it is sent: the Idempotency-Key header.

Source: IETF draft-ietf-httpapi-idempotency-key-header.
The row holds keyed hashes of the key and of the request, and the id of what was made; the answer is rendered again from
that, so nothing personal is stored twice. Kept 90 days. Missing or malformed key: 400; another request under the same
key: 422; the first still running: 409. Not for transitions: those have If-Match.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString, Self
from uuid import UUID

from flask import request
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service_kit.db import direct
from service_kit.db.tables import idempotency_key
from service_kit.keyring import MacKey
from service_kit.web.context import context
from service_kit.web.problems import WORDS, FieldError, Problem

KEPT = timedelta(days=90)
NO_RESOURCE = UUID(int=0)  # what a request that made nothing to point at is remembered as
_KEY = re.compile(r'\A(?:"([!#-\[\]-~ ]{1,255})"|([!#-\[\]-~]{1,255}))\Z')

_CLAIM = (  # every creation pays for it
    "INSERT INTO idempotency_key (account, key, fingerprint, resource_id, created_at)"
    " SELECT %(account)s, %(key)s, %(fingerprint)s, %(resource)s, %(now)s WHERE pg_try_advisory_xact_lock(%(lock)s)"
    " ON CONFLICT (account, key) DO UPDATE SET fingerprint = excluded.fingerprint,"
    " resource_id = excluded.resource_id, created_at = excluded.created_at"
    " WHERE idempotency_key.created_at < %(oldest)s RETURNING true"
)
_CLAIM_FIRST: LiteralString = (  # made of constants
    "WITH claim AS (" + _CLAIM + ") SELECT EXISTS (SELECT FROM claim), asked.* FROM (VALUES (1)) AS one"  # noqa: S608 # made of constants
    " LEFT JOIN (SELECT true, read.* FROM ("
)


@dataclass(frozen=True)
class IdempotencyKey:
    """The key as the client sent it, without the quotes of a structured header."""

    value: str

    @classmethod
    def from_request(cls) -> Self:
        """Raises the 400 problem where the header is missing or malformed (1 to 255 visible ASCII characters)."""
        header = request.headers.get("Idempotency-Key")
        if header is None:
            raise _refused("The header is missing.")
        match = _KEY.match(header.strip())
        if match is None:
            raise _refused("Send 1 to 255 visible ASCII characters.")
        return cls(match.group(1) or match.group(2))

    def digest(self, mac: MacKey) -> bytes:
        """Return the keyed hash under which the key is stored."""
        return mac.digest("idempotency key", self.value.encode())


def _refused(detail: str) -> Problem:
    slug = "idempotency-key-missing"
    return Problem(400, slug, WORDS[slug][1], [FieldError("Idempotency-Key", detail)])


def request_fingerprint() -> bytes:
    """Return the keyed hash of this request's method, path and body."""
    sent = b"\n".join((request.method.encode(), request.path.encode(), request.get_data()))
    return context().mac.digest("idempotency request", sent)


def replay_or_claim(
    session: Session,
    *,
    account: UUID,
    key: IdempotencyKey,
    fingerprint: bytes,
    now: datetime,
    resource: UUID | None = None,
) -> UUID | None:
    """Claim the key for this transaction (returns None), or return the id of what its first request made.

    Give `resource` where the id is known beforehand: then one statement does it and `remember` is not needed.
    Raises the 422 problem for another request under the key, the 409 problem while the first has not committed.
    """
    values = _values(account, key, fingerprint, now, resource)
    if direct.rows(session, _CLAIM, values):
        return None
    return _first_answer(session, values)


def replay_or_claim_reading(
    session: Session,
    *,
    account: UUID,
    key: IdempotencyKey,
    fingerprint: bytes,
    now: datetime,
    resource: UUID,
    query: LiteralString,
    parameters: Mapping[str, object],
) -> tuple[UUID | None, list[tuple[Any, ...]]]:
    """The same, and in the same round trip the rows of a query that the request needs when the key is its own.

    `query` has psycopg's placeholders, filled from `parameters`. For the few creations that a benchmark watches.
    """
    values = _values(account, key, fingerprint, now, resource)
    found = direct.rows(session, f"{_CLAIM_FIRST}{query}) AS read) AS asked ON true", {**parameters, **values})
    if not found[0][0]:
        return _first_answer(session, values), []
    return None, [row[2:] for row in found if row[1]]


def _values(
    account: UUID, key: IdempotencyKey, fingerprint: bytes, now: datetime, resource: UUID | None
) -> dict[str, object]:
    mac = context().mac
    digest = key.digest(mac)
    return {
        "account": account,
        "key": digest.hex(),
        "fingerprint": fingerprint,
        "resource": resource,
        "now": now,
        "lock": int.from_bytes(mac.digest("idempotency lock", account.bytes + digest)[:8], signed=True),
        "oldest": now - KEPT,
    }


def _first_answer(session: Session, values: Mapping[str, object]) -> UUID:
    columns = idempotency_key.c
    own = (columns.account == values["account"], columns.key == values["key"])
    row = session.execute(select(columns.fingerprint, columns.resource_id).where(*own)).first()
    if row is None:
        raise Problem(409, "in-progress", WORDS["in-progress"][1], headers={"Retry-After": "1"})
    if bytes(row.fingerprint) != values["fingerprint"]:
        slug = "idempotency-key-reused"
        raise Problem(422, slug, WORDS[slug][1], [FieldError("Idempotency-Key", "Used before with another request.")])
    found: UUID | None = row.resource_id
    return NO_RESOURCE if found is None else found


def remember(session: Session, account: UUID, key: IdempotencyKey, resource_id: UUID | None) -> None:
    """Note what the request made (None: nothing to point at), in the transaction that made it."""
    session.execute(
        update(idempotency_key)
        .where(idempotency_key.c.account == account, idempotency_key.c.key == key.digest(context().mac).hex())
        .values(resource_id=resource_id or NO_RESOURCE)
    )
