"""Make a key for an organisation's program. It is shown once, by whoever called; stored is its keyed digest."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.accounts.domain.api_keys import SCOPES_OF, KeyRefused, check_new_key
from directory_service.accounts.store.api_keys import keys_in_use
from directory_service.accounts.store.tables import ApiKey
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit
from service_kit.identity import Scope
from service_kit.keyring import MacKey

PREFIX = "setu_"
LENGTH = len(PREFIX) + 43
"""256 bits as base64url; the prefix is there for people and for scanners that look for leaked keys."""
_SHOWN = len(PREFIX) + 4


def make_api_key(
    session: Session,
    dependencies: Dependencies,
    organization: UUID,
    name: str,
    *,
    scopes: Iterable[str] | None,
    good_for: timedelta | None = None,
    by: UUID | None,
    now: datetime,
    key_id: UUID | None = None,
) -> str:
    """The new key itself. `by`: the account, None for a command. `key_id`: a form's, so that it makes one key only.

    `scopes`: None is all that the kind of organisation has. Raises KeyRefused, LookupError (no organisation).
    """
    owner = session.get(Organization, organization)
    if owner is None:
        raise LookupError("no such organisation")
    asked = sorted(set(SCOPES_OF.get(owner.kind, ()) if scopes is None else scopes))
    check_new_key(owner.kind, name, asked, keys_in_use(session, organization, now))
    key = PREFIX + urlsafe_b64encode(dependencies.ids.random(32)).decode().rstrip("=")
    row = insert(ApiKey).values(
        id=key_id or dependencies.ids.uuid(),
        organization_id=organization,
        name=name,
        beginning=key[:_SHOWN],
        digest=digest_of(dependencies.mac, key),
        scopes=asked,
        created_at=now,
        expires_at=None if good_for is None else now + good_for,
    )
    made = session.scalar(row.on_conflict_do_nothing(index_elements=["id"]).returning(ApiKey.id))
    if made is None:
        raise KeyRefused("made-before", "This key was made before.")
    actor = Scope(account=by, organization=organization)
    detail = {"scopes": " ".join(asked)}
    audit.record(session, "api-key.make", ("api_key", made), actor, now, detail=detail)
    return key


def digest_of(mac: MacKey, key: str) -> bytes:
    """What is stored of a key."""
    return mac.digest("api-key", key.encode())
