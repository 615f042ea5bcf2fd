"""Unit of the registry as rules see it: who it is, where it hangs, how it stands.

When not to use it: for which kind may hang below which, in whatever district (`organizations/domain/unit_kinds.py`),
and for what is wrong with a parent that was named (`plan.py`).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from directory_service.organizations.domain.standing import ACTIVE, PENDING, SUSPENDED
from directory_service.organizations.domain.unit_kinds import UnitKind
from setu.roles import PROVIDER

ALIVE = (PENDING, ACTIVE, SUSPENDED)
"""Standings in which a unit is kept up to date and may have others below it."""


@dataclass(frozen=True)
class Unit:
    """An organisation of the state. `code` is '' where it was never given one; `district` is an LGD code.

    `whole_state`: a coordinating body that has every district of the state.
    """

    id: UUID
    kind: UnitKind
    code: str
    name: str
    district: int
    parent_id: UUID | None
    opened_on: date | None
    standing: str
    whole_state: bool = False


def is_kept_by(unit: Unit, own: Unit) -> bool:
    """Whether the coordinators of a body may touch a unit of their districts: the state's body only its own kind may.

    Else whoever coordinates the district in which it sits could join it, and have the state.
    """
    return own.whole_state or not unit.whole_state


def first_standing(kind: UnitKind) -> str:
    """How a unit stands that somebody entered: a provider waits for a second person, any other is active at once."""
    return PENDING if kind.kind == PROVIDER else ACTIVE


def takes_people(unit: Unit) -> bool:
    """Whether people are added to it from a file: to a provider also while it waits, as its manager comes first."""
    return unit.standing == ACTIVE or (unit.standing == PENDING and unit.kind.kind == PROVIDER)


def takes_first_people(unit: Unit) -> bool:
    """Whether a coordinator's file may name its first people: a provider's only while it waits, then by its manager."""
    return unit.standing == (PENDING if unit.kind.kind == PROVIDER else ACTIVE)


def may_succeed(other: Unit, unit: Unit, own: Unit) -> bool:
    """Whether another unit may be named to go on with a unit's work; `own`: the body of whoever names it."""
    return other.id != unit.id and other.kind == unit.kind and other.standing == ACTIVE and is_kept_by(other, own)


def offers_members(kind: str) -> bool:
    """Whether the people of a unit of this kind that closes are offered to its successor.

    A provider's are not: who comes into the successor is its own manager's to say.
    """
    return kind != PROVIDER


@dataclass(frozen=True)
class TreeNode:
    """A unit with what hangs below it, in the order of the page; `depth` from 0."""

    unit: Unit
    depth: int


def arrange(units: list[Unit]) -> list[TreeNode]:
    """The units as the lines of a tree, each below its parent; one whose parent is not among them stands at the top.

    Police first, then courts, prisons, providers and bodies, each by level and name.
    """
    known = {unit.id for unit in units}
    below: dict[UUID | None, list[Unit]] = {}
    for unit in sorted(units, key=_order):
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    lines: list[TreeNode] = []

    def add(parent: UUID | None, depth: int) -> None:
        for unit in below.pop(parent, []):
            lines.append(TreeNode(unit, depth))
            add(unit.id, depth + 1)

    add(None, 0)
    return lines


_KINDS = ("police_unit", "court", "prison", "provider", "coordinating_body")
_LEVELS = ("state", "district", "sub_division", "station")


def _order(unit: Unit) -> tuple[int, int, str, str]:
    level = _LEVELS.index(unit.kind.level) if unit.kind.level else 0
    return (_KINDS.index(unit.kind.kind), level, unit.name.casefold(), str(unit.id))
