"""Quorum of a district meeting: a third, rounded up, of the units and of the providers that take part.

A side that has nobody to count cannot be absent, yet a meeting needs both: at least one organisation of each side.
Who counts are the parties of the agreements in force; where there is none, everybody of the table who could have one.
Source: docs/partnership.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from directory_service.partnership.domain.meetings import HELD, NOT_QUORATE
from directory_service.partnership.domain.table_of_meeting import AGREEING_KINDS
from setu.roles import PROVIDER


@dataclass(frozen=True)
class Side:
    """One side of the table: how many of its organisations are there, and how many must be."""

    present: int
    of: int

    @property
    def needed(self) -> int:
        """A third, rounded up, and one at least."""
        return max(1, -(-self.of // 3))

    @property
    def is_enough(self) -> bool:
        """Whether this side has its third."""
        return self.present >= self.needed


@dataclass(frozen=True)
class Quorum:
    """Both sides of a meeting."""

    units: Side
    providers: Side

    @property
    def outcome(self) -> str:
        """What a meeting with this attendance was."""
        return HELD if self.units.is_enough and self.providers.is_enough else NOT_QUORATE


def everybody_counts(in_force: tuple[Collection[UUID], Collection[UUID]]) -> bool:
    """Whether no agreement is in force, of which these are the units and the providers."""
    return not in_force[0]


def who_could_agree(table: Mapping[UUID, str]) -> tuple[set[UUID], set[UUID]]:
    """The units and the providers that count where everybody does; `table`: organisation → its kind."""
    units = {organization for organization, kind in table.items() if kind in AGREEING_KINDS}
    return units, {organization for organization, kind in table.items() if kind == PROVIDER}


def quorum(units: Collection[UUID], providers: Collection[UUID], attended: Mapping[UUID, int]) -> Quorum:
    """Count both sides. `attended`: how many people each organisation sent; 0 is absent."""
    here = {organization for organization, number in attended.items() if number > 0}
    return Quorum(_side(units, here), _side(providers, here))


def _side(those: Collection[UUID], here: Collection[UUID]) -> Side:
    members = set(those)
    return Side(len(members & set(here)), len(members))
