"""Whose key a request presents, counted against that key's limit; asked anew on every request, so that an end counts.

One short transaction that waits for no disk: the key's row by its digest, the count, and once a day the day of last
use. Exact over all web processes, since the count is one row of the database.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from directory_service.accounts.domain.api_keys import (
    HOLDERS,
    REQUESTS,
    WINDOW,
)
from directory_service.accounts.store.api_keys import (
    PresentedKey,
    note_use,
    presented_key,
)
from directory_service.accounts.use_cases.api_keys.make_api_key import (
    LENGTH,
    PREFIX,
    digest_of,
)
from service_kit.db.engine import Database
from service_kit.db.throttle import count_use
from service_kit.identity import (
    KEY_ROLE,
    Principal,
)
from service_kit.keyring import MacKey
from setu.india import INDIA

BUCKET = "api-key"


@dataclass(frozen=True)
class KeyUse:
    """Who asks; how many requests are left in the window, and the whole seconds until it ends."""

    who: Principal
    left: int
    seconds: int
    too_many: bool


def looks_like_a_key(token: str) -> bool:
    """Whether a bearer's token is meant to be a key."""
    return token.startswith(PREFIX)


def recognise_api_key(db: Database, mac: MacKey, key: str, now: datetime) -> KeyUse | None:
    """None for what is no key, an ended or expired one, or one whose organisation is suspended, gone or no holder."""
    if len(key) != LENGTH or not key.isascii():
        return None
    digest = digest_of(mac, key)
    with db.transaction() as session:
        row = presented_key(session, digest, now)
        if row is None or row.kind not in HOLDERS:
            return None
        used = count_use(session, BUCKET, digest, window=WINDOW, now=now)
        today = now.astimezone(INDIA).date()
        if row.last_used_on != today:
            note_use(session, row.id, today)
    left = REQUESTS - used.count
    return KeyUse(_principal(row, now), max(0, left), used.seconds_left, left < 0)


def _principal(row: PresentedKey, now: datetime) -> Principal:
    tomorrow = now + timedelta(days=1)
    return Principal(
        account=row.id,
        session=row.id,
        membership=row.id,
        organization=row.organization,
        organization_kind=row.kind,
        role=KEY_ROLE,
        districts=tuple(sorted(set(row.districts))),
        language="en",
        second_factor_at=None,
        issued_at=row.created_at,
        expires_at=min(row.expires_at or tomorrow, tomorrow),
        via="key",
        key_scopes=frozenset(row.scopes),
        is_pending=row.is_pending,
    )
