"""Conflicting roles: which never stand together in one account, at a grant and at sign-in, and which fit where.

No account is on both sides of the wall, and prison health staff are nobody's officer or supervisor.

The table of roles is `setu.roles`; here stands what may be decided by it alone.
"""

from collections.abc import Collection, Iterable

from setu.roles import CUSTODY_HEALTH, OFFICER, ROLES, UNIT_SUPERVISOR, Role

NEVER_BESIDE = (OFFICER, UNIT_SUPERVISOR)
"""What no account is beside `custody_health`, whose list tells of questions and appointments (domain rules 1 and 2)."""


class RoleRefused(Exception):
    """The role cannot be granted or used; `reason` is a stable code, the text is for people."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class RolesClash(RoleRefused):
    """The account would hold, or holds, roles that nobody may have together."""


class BothSides(RolesClash):
    """The account would hold, or holds, roles of the referring and of the providing side."""

    def __init__(self) -> None:
        super().__init__("both-sides", "One account cannot be on both sides: referring and providing.")


class NeverTogether(RolesClash):
    """The account would be, or is, prison health staff and an officer or supervisor at once."""

    def __init__(self) -> None:
        super().__init__("never-together", "Prison health staff is nobody's officer or supervisor.")


class RoleDoesNotFit(RoleRefused):
    """The role does not exist in an organisation of this kind."""

    def __init__(self, role: str, kind: str) -> None:
        super().__init__("role-does-not-fit", f"An organisation of the kind {kind} has no role {role}.")


def check_grant(role: str, kind: str, held: Iterable[str], side: str | None) -> Role:
    """Decide a grant: `held` are the roles that the account has, `side` the account's own or None.

    Returns the role. Raises `RoleDoesNotFit`, `BothSides` or `NeverTogether`. A side is for life: an ended posting
    leaves lists and knowledge behind, so somebody who changes sides gets a new account.
    """
    found = ROLES.get(role)
    if found is None or kind not in found.kinds:
        raise RoleDoesNotFit(role, kind)
    known = [name for name in held if name in ROLES]
    sides = {ROLES[name].side for name in known} | {found.side} | ({side} if side else set())
    if len(sides) > 1:
        raise BothSides
    _check_together([*known, role])
    return found


def check_sign_in(roles: Iterable[str], side: str) -> None:
    """Refuse an account whose roles are not all on its own side, or never stand together, however they came there."""
    known = [name for name in roles if name in ROLES]
    if any(ROLES[name].side != side for name in known):
        raise BothSides
    _check_together(known)


def _check_together(roles: Collection[str]) -> None:
    if CUSTODY_HEALTH in roles and not set(NEVER_BESIDE).isdisjoint(roles):
        raise NeverTogether
