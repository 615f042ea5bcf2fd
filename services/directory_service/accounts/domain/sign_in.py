"""Signing in, as rules: which membership a session gets, whether a code is asked for, and how it can be refused.

Promises: pure. A refusal never says whether an account exists; everything it does say is said only after a right
password. How often something may be tried stands in `attempt_limits.py`, how long a session lasts in `lifetimes.py`;
which problem a refusal becomes is `or_problem` of `api/session.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from directory_service.organizations.domain.standing import PENDING, lets_sign_in
from setu import roles


class SignInRefused(Exception):
    """The sign-in did not happen."""


class BadCredentials(SignInRefused):
    """Unknown account, wrong password, wrong or used code: one answer for all."""


class SecondFactorRequired(SignInRefused):
    """The password was right and a code is wanted. `enrolled` tells whether there is one to give.

    `ticket`: what a browser shows with the code; '' where none was asked for.
    """

    def __init__(self, account: UUID, membership: UUID | None, *, enrolled: bool, ticket: str = "") -> None:
        super().__init__("a second factor is required")
        self.account = account
        self.membership = membership
        self.enrolled = enrolled
        self.ticket = ticket


class SlipVoid(SignInRefused):
    """Two browsers have begun with one slip, and nobody knows whose it is: none gets in with it any more."""


class NoMembership(SignInRefused):
    """The password was right, but the account has no active membership that is usable."""


class OrganizationPending(NoMembership):
    """The same, but an organisation of the account is pending: whatever is set up until then stays."""


class OrganizationRefused(NoMembership):
    """The same, but the organisation that the account worked for last was refused; `because`: a code, or ''."""

    def __init__(self, because: str) -> None:
        super().__init__("the organisation was refused")
        self.because = because


class InvitationWaits(NoMembership):
    """The same, but an organisation has invited the account: accepting comes first, with the `ticket` ('': none)."""

    def __init__(self, ticket: str) -> None:
        super().__init__("an invitation waits")
        self.ticket = ticket


class NotYourMembership(SignInRefused):
    """The membership asked for is not an active one of this account."""


class TooManyTries(SignInRefused):
    """Throttled; try again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many tries")
        self.seconds = seconds


@dataclass(frozen=True)
class HeldMembership:
    """An active membership of the person who signs in, with what a session says about its organisation."""

    id: UUID
    organization: UUID
    organization_name: str
    organization_kind: str
    organization_status: str  # `removed` where it is gone
    role: str
    districts: tuple[int, ...]
    started_at: datetime
    whole_state: bool = False  # of a body: whether it is its state's

    @property
    def is_pending(self) -> bool:
        """Whether the organisation is pending, so that a session there opens little."""
        return self.organization_status == PENDING

    @property
    def usable(self) -> bool:
        """Whether the organisation stands so that this role has something to do there."""
        if self.role == roles.DATA_OFFICER and not self.whole_state:
            return False
        return lets_sign_in(self.organization_status, self.organization_kind, self.role)


def choose(
    held: Sequence[HeldMembership], wanted: UUID | None, last: UUID | None, *, has_factor: bool
) -> HeldMembership:
    """The membership of the new session: the one asked for, else the last one used, else the first that is usable.

    Raises `NotYourMembership`, `NoMembership` or `OrganizationPending`.
    """
    usable = [one for one in held if one.usable]
    if wanted is not None:
        found = next((one for one in usable if one.id == wanted), None)
        if found is None:
            raise NotYourMembership
        return found
    if not usable:
        raise OrganizationPending if any(one.is_pending for one in held) else NoMembership
    ready = [one for one in usable if has_factor or not roles.ROLES[one.role].needs_second_factor]
    pool = sorted(ready or usable, key=lambda one: (one.started_at, one.id))
    return next((one for one in pool if one.id == last), pool[0])


def asks_for_code(role: str | None, *, has_factor: bool) -> bool:
    """A code is asked of the roles that need it, and of everybody who enrolled one; `role`: None without any."""
    return has_factor or (role is not None and roles.ROLES[role].needs_second_factor)
