"""End a key: from the next request on it opens nothing, in whichever process that request arrives."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.api_keys import (
    IN_USE,
    state_of,
)
from directory_service.accounts.store.tables import ApiKey
from service_kit.db import audit
from service_kit.identity import Scope


def end_api_key(session: Session, wanted: UUID, *, by: UUID | None, now: datetime) -> bool:
    """False where the session's scope has no such key in use. `by`: the account, None for a command."""
    row = session.get(ApiKey, wanted, with_for_update=True)
    if row is None or state_of(row.ended_at, row.expires_at, now) != IN_USE:
        return False
    row.ended_at = now
    audit.record(session, "api-key.end", ("api_key", row.id), Scope(account=by, organization=row.organization_id), now)
    return True
