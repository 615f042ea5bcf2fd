"""API keys of integrators: made once, shown once, good until they are ended, and only at the directory.

A key is `setu_` and 43 characters of base64url (256 bits); the table holds its keyed digest. Row-level security shows a
key's row to the transaction that presents that digest, so no look-up without an organisation is needed.
"""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from directory_service.settings import Settings
from directory_service.store.tables_accounts import ApiKey
from directory_service.store.tables_listings import Organization
from directory_service.use_cases.tools import AccountTools
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.keyring import MacKey
from service_kit.web.principal import Principal
from service_kit.web.tokens import InvalidToken, SessionTokens

PREFIX = "setu_"
ROLE = "integrator"
_LOOK_UP = text(
    "SELECT api_key.id, organization_id, kind, district_code, created_at"
    " FROM api_key JOIN organization ON organization.id = organization_id"
    " WHERE digest = :digest AND ended_at IS NULL AND status = 'active'"
)


def make_api_key(session: Session, tools: AccountTools, organization: UUID, name: str, now: datetime) -> str:
    """A new key of an organisation. Raises LookupError where there is no such organisation. Needs the worker's role."""
    if session.get(Organization, organization) is None:
        raise LookupError("no such organisation")
    key = PREFIX + urlsafe_b64encode(tools.ids.random(32)).decode().rstrip("=")
    row = ApiKey(
        id=tools.ids.uuid(),
        organization_id=organization,
        name=name,
        digest=_digest(tools.mac, key),
        created_at=now,
    )
    session.add(row)
    session.flush()
    _audit(session, row, "api-key.make", now)
    return key


def end_api_key(session: Session, wanted: UUID, now: datetime) -> bool:
    """End a key; False where there is none that is in use. Needs the worker's role."""
    row = session.get(ApiKey, wanted, with_for_update=True)
    if row is None or row.ended_at is not None:
        return False
    row.ended_at = now
    _audit(session, row, "api-key.end", now)
    return True


class DirectoryTokens(SessionTokens):
    """Session tokens as everywhere, and besides them the API keys that only the directory knows."""

    def __init__(self, settings: Settings, db: Database) -> None:
        super().__init__(settings.session_public_keys, settings.session_private_key)
        self._db, self._mac = db, MacKey(settings.mac_key)

    def verify(self, token: str, now: datetime) -> Principal:
        """The person of a session token, or the integrator of a key. Raises InvalidToken."""
        if not token.startswith(PREFIX):
            return super().verify(token, now)
        digest = _digest(self._mac, token)
        with self._db.transaction() as session:
            session.execute(text("SELECT set_config('setu.api_key', :digest, true)"), {"digest": digest.hex()})
            row = session.execute(_LOOK_UP, {"digest": digest}).one_or_none()
        if row is None:
            raise InvalidToken("no such key, or one that was ended")
        return Principal(
            account=row.id,
            session=row.id,
            membership=row.id,
            organization=row.organization_id,
            organization_kind=row.kind,
            role=ROLE,
            districts=(row.district_code,),
            language="en",
            second_factor_at=None,
            issued_at=row.created_at,
            expires_at=now + timedelta(days=1),
        )


def _digest(mac: MacKey, key: str) -> bytes:
    return mac.digest("api-key", key.encode())


def _audit(session: Session, row: ApiKey, action: str, now: datetime) -> None:
    audit.record(
        session,
        action=action,
        actor=None,
        organization=row.organization_id,
        object_type="api_key",
        object_id=str(row.id),
        outcome="done",
        at=now,
    )
