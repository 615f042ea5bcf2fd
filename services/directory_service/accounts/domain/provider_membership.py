"""Rule of a provider's members: who adds them; a pending provider has one manager and invites nobody.

Why: who reads what people told a service is chosen by the service alone (rule 5 of the wall). Whoever of elsewhere adds
a member could be that person. Promises: a provider's members are added by its own manager; an operator's command and
the first manager of a pending one are the only other ways. While pending it has one manager, so that whom the second
person asks for by name is one account, whose slip was handed over; and it invites nobody, since whom it invited would
be seen by nobody who approves it. Pure: facts in, answer out; asked wherever a membership or an invitation is
written (`use_cases.check_provider_membership`). Why so: docs/adr/0053 and 0056.
"""

from dataclasses import dataclass

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from setu.roles import PROVIDER_MANAGER

ONE_MANAGER, ITS_MANAGER, INVITES_NOBODY = "one-manager", "its-manager", "invites-nobody"


@dataclass(frozen=True)
class JoinedProvider:
    """A provider at the moment when somebody becomes a member.

    `is_pending`: a second person has not approved it. `has_signed_in`: somebody who works there has. `by_own`: whoever
    adds the member is its manager, or the operator at the terminal.
    """

    is_pending: bool
    has_manager: bool
    has_signed_in: bool
    by_own: bool


def check_new_member(provider: JoinedProvider, role: str, *, invited: bool = False) -> None:
    """Whether somebody becomes a member, in this role; `invited`: by an invitation, so of an older account.

    Raises `RoleRefused` ("one-manager", "its-manager" or "invites-nobody").
    """
    if provider.is_pending and invited:
        raise RoleRefused(INVITES_NOBODY, "A provider that waits to be let in invites nobody.")
    is_first = provider.is_pending and role == PROVIDER_MANAGER
    if is_first and provider.has_manager:
        raise RoleRefused(ONE_MANAGER, "A provider that waits to be let in has one manager, of a new account.")
    if not provider.by_own and (not is_first or provider.has_signed_in):
        raise RoleRefused(ITS_MANAGER, "A provider's own manager lets its people in.")
