"""Revoke what gives access to a pending provider, which nobody sees who approves it: invitations and API keys.

Promises: no invitation of it makes a member, no API key of it or token of such a key opens anything; each end is
audited. Whoever entered a provider may have been its manager until the real one had the slip. When not to use it: once
the provider is approved, since only while it is pending do the policies show these rows to whoever is of elsewhere.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.store.accounts import pending_providers_of_manager
from directory_service.accounts.store.api_keys import keys_of
from directory_service.accounts.store.invitations import open_invitations
from directory_service.accounts.use_cases.api_keys.end_api_key import end_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from service_kit.db import audit
from service_kit.identity import Principal, Scope


def revoke_pending_access(
    session: Session, dependencies: Dependencies, who: Principal | Scope, provider: UUID, now: datetime
) -> None:
    """Withdraw its open invitations, end its API keys. The provider is pending still, in this transaction, too."""
    for invitation in open_invitations(session, provider):
        invitation.withdrawn_at = now
        audit.record(session, "invitation.withdraw", ("invitation", invitation.id), who, now)
    for key in keys_of(session, provider, now):
        end_api_key(session, dependencies, key.id, by=who.account, now=now)
    session.flush()


def revoke_pending_access_of(
    session: Session, dependencies: Dependencies, who: Principal | Scope, manager: UUID, now: datetime
) -> None:
    """The same in each pending provider that has this account as its one manager."""
    for provider in pending_providers_of_manager(session, manager):
        revoke_pending_access(session, dependencies, who, provider, now)
