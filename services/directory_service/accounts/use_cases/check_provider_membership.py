"""Check before a membership or an invitation of a provider is written, whoever asks.

The rule is `domain.provider_membership`. Promises: of two who give a pending provider its first manager at the same
time, one is refused. For an organisation of any other kind it asks nothing.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.provider_membership import JoinedProvider, check_new_member
from directory_service.accounts.store.accounts import (
    has_anybody_signed_in,
    has_manager,
    is_manager_of,
    lock_first_manager,
)
from directory_service.organizations.domain.standing import PENDING
from directory_service.organizations.store.tables import Organization
from setu.roles import PROVIDER


def check_provider_membership(
    session: Session, place: Organization, role: str, *, by: UUID | None, invited: bool = False
) -> None:
    """Raises `RoleRefused`. `by`: who adds the member, None for the operator and for an invitation that is accepted."""
    if place.kind != PROVIDER:
        return
    if place.status == PENDING:
        lock_first_manager(session, place.id)
    check_new_member(joined_provider(session, place.id, place.status, by), role, invited=invited)


def joined_provider(session: Session, provider: UUID, status: str, by: UUID | None) -> JoinedProvider:
    """The provider as the rule sees it, as far as this transaction may see."""
    return JoinedProvider(
        is_pending=status == PENDING,
        has_manager=has_manager(session, provider),
        has_signed_in=has_anybody_signed_in(session, [provider]),
        by_own=by is None or is_manager_of(session, by, provider),
    )
