"""Who may be what: the roles of the domain page as one table, and the wall between the two sides.

Promises: a role fits the kind of its organisation, and no account ever has roles on both sides. The same table feeds
the grant, the sign-in, the forms and the database's own checks. Not for what a role may *do* on a route: that stands
at the route, in its `@require(...)`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

REFERRING = "referring"
PROVIDING = "providing"

POLICE_UNIT, COURT, PRISON = "police_unit", "court", "prison"
PROVIDER, COORDINATING_BODY = "provider", "coordinating_body"
KINDS = (PROVIDER, POLICE_UNIT, COURT, PRISON, COORDINATING_BODY)


@dataclass(frozen=True)
class Role:
    """One row of the table: the side it stands on, the kinds of organisation that have it, what it needs."""

    name: str
    side: str
    kinds: frozenset[str]
    needs_second_factor: bool = False
    manages_members: bool = False


def _role(name: str, side: str, *kinds: str, needs_second_factor: bool = False, manages_members: bool = False) -> Role:
    return Role(name, side, frozenset(kinds), needs_second_factor, manages_members)


ROLES: Mapping[str, Role] = {
    role.name: role
    for role in (
        _role("officer", REFERRING, POLICE_UNIT, COURT, PRISON),
        _role("custody_health", REFERRING, PRISON, needs_second_factor=True),
        _role("unit_supervisor", REFERRING, POLICE_UNIT, PRISON, manages_members=True),
        _role("case_worker", PROVIDING, PROVIDER, needs_second_factor=True),
        _role("provider_manager", PROVIDING, PROVIDER, manages_members=True),
        _role("coordinator", PROVIDING, COORDINATING_BODY, manages_members=True),
        _role("data_officer", PROVIDING, COORDINATING_BODY, needs_second_factor=True),
    )
}
PEOPLE = tuple(ROLES)
# `integrator` is no membership: it is an API key, so no person signs in with it and it stands on no side.


class RoleRefused(Exception):
    """The role cannot be granted or used; `reason` is a stable code, the text is for people."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class BothSides(RoleRefused):
    """The account would hold, or holds, roles of the referring and of the providing side."""

    def __init__(self) -> None:
        super().__init__("both-sides", "One account cannot be on both sides: referring and providing.")


class RoleDoesNotFit(RoleRefused):
    """The role does not exist in an organisation of this kind."""

    def __init__(self, role: str, kind: str) -> None:
        super().__init__("role-does-not-fit", f"An organisation of the kind {kind} has no role {role}.")


def check_grant(role: str, kind: str, held: Iterable[str], side: str | None) -> Role:
    """Decide a grant: `held` are the roles of the account so far (ended ones too), `side` the account's own or None.

    Returns the role. Raises `RoleDoesNotFit` or `BothSides`. A side is for life: an ended posting leaves lists and
    knowledge behind, so somebody who changes sides gets a new account.
    """
    found = ROLES.get(role)
    if found is None or kind not in found.kinds:
        raise RoleDoesNotFit(role, kind)
    sides = {ROLES[name].side for name in held if name in ROLES} | {found.side} | ({side} if side else set())
    if len(sides) > 1:
        raise BothSides
    return found


def check_sign_in(roles: Iterable[str], side: str) -> None:
    """Refuse an account whose roles are not all on its own side, however they came to be there."""
    if any(ROLES[name].side != side for name in roles if name in ROLES):
        raise BothSides


def roles_of_kind(kind: str) -> tuple[str, ...]:
    """The roles that an organisation of this kind can give, in the order of the table."""
    return tuple(role.name for role in ROLES.values() if kind in role.kinds)


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Whether any of the roles asks for a second factor."""
    return any(ROLES[name].needs_second_factor for name in roles if name in ROLES)


MANAGERS = tuple(role.name for role in ROLES.values() if role.manages_members)
SUPERVISING = ("unit_supervisor", "provider_manager")
"""The roles that make somebody an account's own supervisor or manager."""
TWO_PEOPLE = ("coordinator", "data_officer")
"""The roles that open and decide a reset that takes two people."""
