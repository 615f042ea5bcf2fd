"""Rules of grants and sign-in: a role fits the kind of its organisation, and no account is on both sides of the wall.

The table of roles is `setu.roles`; here stands what may be decided by it alone.
"""

from collections.abc import Iterable

from setu.roles import ROLES, Role


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
