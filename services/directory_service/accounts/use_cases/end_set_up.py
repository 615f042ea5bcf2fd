"""End what was set up in a provider while it waits to be let in, which nobody sees who lets it in.

Promises: no invitation of it makes a member, no API key of it or token of such a key opens anything; each end is
audited. Whoever entered a provider may have been its manager until the real one had the slip. When not to use it: once
the provider is let in, since only while it waits do the policies show these rows to whoever is of elsewhere.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.store.accounts import managed_that_wait
from directory_service.accounts.store.api_keys import keys_of
from directory_service.accounts.store.invitations import open_invitations
from directory_service.accounts.use_cases.api_keys.end_api_key import end_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from service_kit.db import audit
from service_kit.identity import Principal, Scope


def end_set_up(
    session: Session, dependencies: Dependencies, who: Principal | Scope, provider: UUID, now: datetime
) -> None:
    """Withdraw its open invitations, end its API keys. The provider waits still, in this transaction, too."""
    for invitation in open_invitations(session, provider):
        invitation.withdrawn_at = now
        audit.record(session, "invitation.withdraw", ("invitation", invitation.id), who, now)
    for key in keys_of(session, provider, now):
        end_api_key(session, dependencies, key.id, by=who.account, now=now)
    session.flush()


def end_set_up_by(
    session: Session, dependencies: Dependencies, who: Principal | Scope, manager: UUID, now: datetime
) -> None:
    """The same in each provider that waits and has this account as its one manager."""
    for provider in managed_that_wait(session, manager):
        end_set_up(session, dependencies, who, provider, now)
