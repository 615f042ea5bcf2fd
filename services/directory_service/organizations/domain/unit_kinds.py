"""Kinds of organisation as people register them: five kinds, of which police units have four levels.

The tree: state → district → sub-division → station; courts, prisons, providers and bodies stand beside it. The codes
are those of the registry's CSV file. Not for roles: which kind has which role is in `setu.roles`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from setu.roles import COORDINATING_BODY, COURT, POLICE_UNIT, PRISON, PROVIDER
from setu.text import N_


@dataclass(frozen=True)
class UnitKind:
    """A row: its code in files and forms, the organisation's kind, a police unit's level, its name for people."""

    code: str
    kind: str
    level: str | None
    title: str


UNIT_KINDS: Mapping[str, UnitKind] = {
    row.code: row
    for row in (
        UnitKind("police_state", POLICE_UNIT, "state", N_("Police of a state")),
        UnitKind("police_district", POLICE_UNIT, "district", N_("District police")),
        UnitKind("police_sub_division", POLICE_UNIT, "sub_division", N_("Police sub-division")),
        UnitKind("police_station", POLICE_UNIT, "station", N_("Police station")),
        UnitKind("court", COURT, None, N_("Court")),
        UnitKind("prison", PRISON, None, N_("Prison")),
        UnitKind("provider", PROVIDER, None, N_("Provider of help")),
        UnitKind("body", COORDINATING_BODY, None, N_("Coordinating body")),
    )
}
LEVELS = tuple(row.level for row in UNIT_KINDS.values() if row.level)
"""Levels of the police, the highest first."""


WITH_PEOPLE = (POLICE_UNIT, PRISON, COURT)
"""Kinds whose people have ranks that training counts."""


def code_of(kind: str, level: str | None) -> str:
    """The code of an organisation's kind and level; a police unit without a level counts as a station."""
    wanted = level or (LEVELS[-1] if kind == POLICE_UNIT else None)
    return next(row.code for row in UNIT_KINDS.values() if (row.kind, row.level) == (kind, wanted))


def may_be_parent(parent: UnitKind, child: UnitKind) -> bool:
    """Whether one may hang below the other: police below a higher level, others below one of their own kind."""
    if parent.kind != child.kind:
        return False
    if parent.level is None or child.level is None:
        return True
    return LEVELS.index(parent.level) < LEVELS.index(child.level)
