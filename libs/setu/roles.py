"""Roles: one table of who may sign in as what, and the sets that other tables name by what their members do.

Each row tells the role's title (marked for translation), its side of the wall, the kinds of organisation that have it,
whether it needs a second factor and whether it manages members. Grants, sign-in, routes, the menu, the life cycle and
the routing of notices read this table. What roles do together names a set as soon as two places ask for it, say a route
and the menu: who is in it is decided here. Not for which route asks for whom: that stands there, in `@require(...)`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from setu.text import N_

REFERRING = "referring"
PROVIDING = "providing"

POLICE_UNIT, COURT, PRISON = "police_unit", "court", "prison"
PROVIDER, COORDINATING_BODY = "provider", "coordinating_body"
KINDS = (PROVIDER, POLICE_UNIT, COURT, PRISON, COORDINATING_BODY)

OFFICER = "officer"
CUSTODY_HEALTH = "custody_health"
UNIT_SUPERVISOR = "unit_supervisor"
CASE_WORKER = "case_worker"
PROVIDER_MANAGER = "provider_manager"
COORDINATOR = "coordinator"
DATA_OFFICER = "data_officer"
INTEGRATOR = "integrator"
"""A program that presents an API key. It is no membership: no person signs in with it and it stands on no side."""


@dataclass(frozen=True)
class Role:
    """One row of the table: the side it stands on, the kinds of organisation that have it, what it needs."""

    name: str
    title: str
    side: str
    kinds: frozenset[str]
    needs_second_factor: bool = False
    manages_members: bool = False
    refers: bool = False


def _role(
    name: str,
    title: str,
    side: str,
    *kinds: str,
    needs_second_factor: bool = False,
    manages_members: bool = False,
    refers: bool = False,
) -> Role:
    return Role(name, title, side, frozenset(kinds), needs_second_factor, manages_members, refers)


ROLES: Mapping[str, Role] = {
    role.name: role
    for role in (
        _role(OFFICER, N_("Officer"), REFERRING, POLICE_UNIT, COURT, PRISON, refers=True),
        _role(CUSTODY_HEALTH, N_("Prison health or welfare"), REFERRING, PRISON, needs_second_factor=True, refers=True),
        _role(UNIT_SUPERVISOR, N_("Unit supervisor"), REFERRING, POLICE_UNIT, COURT, PRISON, manages_members=True),
        _role(CASE_WORKER, N_("Case worker"), PROVIDING, PROVIDER, needs_second_factor=True),
        _role(PROVIDER_MANAGER, N_("Provider manager"), PROVIDING, PROVIDER, manages_members=True),
        _role(COORDINATOR, N_("Coordinator"), PROVIDING, COORDINATING_BODY, manages_members=True),
        _role(DATA_OFFICER, N_("Data officer"), PROVIDING, COORDINATING_BODY, needs_second_factor=True),
    )
}
TITLES: Mapping[str, str] = {**{role.name: role.title for role in ROLES.values()}, INTEGRATOR: N_("Integrator")}
"""Every role's English title, the program's among them; screens translate it."""
PEOPLE = tuple(ROLES)
REFERRERS = tuple(role.name for role in ROLES.values() if role.refers)
"""The roles that send referrals."""
MANAGERS = tuple(role.name for role in ROLES.values() if role.manages_members)
"""The roles that make and end memberships of their organisation."""
CASE_WORKERS = (CASE_WORKER,)
"""The roles that answer referrals for a provider."""
SUPERVISING = (UNIT_SUPERVISOR, PROVIDER_MANAGER)
"""The roles that make somebody an account's own supervisor or manager."""
PARTNERS = (*SUPERVISING, COORDINATOR)
"""The roles that take part in a district's meeting: both sides, and whoever runs it."""
PARTNERSHIP_READERS = (*PARTNERS, DATA_OFFICER)
"""The roles that read a district's meetings and agreements."""
STATE_READERS = (COORDINATOR, DATA_OFFICER)
"""The roles that read the districts of a state side by side; a district's body has only its own there."""
STUDY_READERS = (*REFERRERS, CASE_WORKER)
"""The roles that read the self-study cards and answer their checks."""
BOARD_WRITERS = (*REFERRERS, CASE_WORKER, *SUPERVISING)
"""The roles that post to the board and report a breach; everybody signed in reads the board."""
INTEGRATION_MANAGERS = (PROVIDER_MANAGER, COORDINATOR)
"""The roles that make API keys, keep webhooks and read what became of messages, for their organisation or districts."""
TWO_PEOPLE = (COORDINATOR, DATA_OFFICER)
"""The roles that open and decide what takes two people: a reset, or a role of `GIVEN_BY_TWO`."""
GIVEN_BY_TWO = (CUSTODY_HEALTH, DATA_OFFICER)
"""The roles that nobody gives, or resets, alone."""


def roles_of_kind(kind: str) -> tuple[str, ...]:
    """Return the roles that an organisation of this kind can give, in the order of the table."""
    return tuple(role.name for role in ROLES.values() if kind in role.kinds)


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Return whether any of the roles asks for a second factor."""
    return any(ROLES[name].needs_second_factor for name in roles if name in ROLES)
