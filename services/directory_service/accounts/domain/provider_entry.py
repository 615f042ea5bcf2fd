"""Rule of entry: who lets people into a provider; one that waits to be let in has one manager and invites nobody.

Why: who reads what people told a service is chosen by the service alone (rule 5 of the wall). Whoever of elsewhere lets
somebody in could be that person. Promises: a provider's people are let in by its own manager; an operator's command and
the first manager of one that waits are the only other ways. While it waits it has one manager, so that whom the second
person asks for by name is one account, whose slip was handed over; and it invites nobody, since whom it invited would
be seen by nobody who lets it in. Pure: facts in, answer out; asked wherever a
membership or an invitation is written (`use_cases.check_entry`). Why so: docs/adr/0053 and 0056.
"""

from dataclasses import dataclass

from directory_service.accounts.domain.roles import RoleRefused
from setu.roles import PROVIDER_MANAGER

ONE_MANAGER, ITS_MANAGER, INVITES_NOBODY = "one-manager", "its-manager", "invites-nobody"


@dataclass(frozen=True)
class ProviderEntry:
    """A provider at the moment when somebody is let in.

    `waits`: to be let in by a second person. `has_signed_in`: somebody who works there has. `by_own`: whoever lets in
    is its manager, or the operator at the terminal.
    """

    waits: bool
    has_manager: bool
    has_signed_in: bool
    by_own: bool


def check_entry(provider: ProviderEntry, role: str, *, invited: bool = False) -> None:
    """Whether somebody comes in, in this role; `invited`: by an invitation, so with an account that was there before.

    Raises `RoleRefused` ("one-manager", "its-manager" or "invites-nobody").
    """
    if provider.waits and invited:
        raise RoleRefused(INVITES_NOBODY, "A provider that waits to be let in invites nobody.")
    is_first = provider.waits and role == PROVIDER_MANAGER
    if is_first and provider.has_manager:
        raise RoleRefused(ONE_MANAGER, "A provider that waits to be let in has one manager, of a new account.")
    if not provider.by_own and (not is_first or provider.has_signed_in):
        raise RoleRefused(ITS_MANAGER, "A provider's own manager lets its people in.")
