"""End a key: from the next request on it opens nothing, in whichever process that request arrives.

Nor do the tokens that it was exchanged for: the other services are told as of a session that ended.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.api_keys import (
    IN_USE,
    state_of,
)
from directory_service.accounts.domain.lifetimes import TOKEN_LASTS
from directory_service.accounts.store.tables import ApiKey
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sessions import announce_end
from service_kit.db import audit
from service_kit.identity import Scope


def end_api_key(session: Session, dependencies: Dependencies, wanted: UUID, *, by: UUID | None, now: datetime) -> bool:
    """False where the session's scope has no such key in use. `by`: the account, None for a command."""
    row = session.get(ApiKey, wanted, with_for_update=True)
    if row is None or state_of(row.ended_at, row.expires_at, now) != IN_USE:
        return False
    row.ended_at = now
    announce_end(session, dependencies, row.id, now + TOKEN_LASTS, now)
    audit.record(session, "api-key.end", ("api_key", row.id), Scope(account=by, organization=row.organization_id), now)
    return True
