"""Posted strength of a district by rank: the newest figure for the whole district, else the sum where all is known.

Coverage of training is counted against this. Promises: never a sum with a unit missing; a figure older than two years
counts as unknown, one older than a year as old.
Source: partnership page, section 2 ("Posted").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from directory_service.organizations.domain.ranks import RANKS

OWN, WITH_SUB_UNITS = "own", "with_sub_units"
SCOPES = (OWN, WITH_SUB_UNITS)
OLD_AFTER, UNKNOWN_AFTER = timedelta(days=365), timedelta(days=730)


@dataclass(frozen=True)
class StrengthRow:
    """How many of a rank are posted in a unit on a day; `scope` says whether its sub-units are counted in."""

    unit: UUID
    scope: str
    rank: str
    posted: int
    as_of: date
    source: str


@dataclass(frozen=True)
class PostingUnit:
    """A unit of the district that has people; `whole_district`: a figure with sub-units of it is the district's."""

    id: UUID
    kind: str
    whole_district: bool


@dataclass(frozen=True)
class Posted:
    """What is known of one rank: `posted` is None where it is not; `as_of` is the oldest day that is counted in."""

    posted: int | None
    known: int
    units: int
    as_of: date | None = None
    old: bool = False


def still_known(rows: Sequence[StrengthRow], today: date) -> list[StrengthRow]:
    """Without the figures that are so old that they count as unknown."""
    return [row for row in rows if today - row.as_of <= UNKNOWN_AFTER]


def posted_in_district(units: Sequence[PostingUnit], rows: Sequence[StrengthRow], today: date) -> Mapping[str, Posted]:
    """Each rank of which a unit of the district has people, with what is known."""
    kinds = {unit.kind for unit in units}
    fresh = still_known(rows, today)
    return {
        rank.code: _posted(rank.code, [unit for unit in units if unit.kind == rank.kind], fresh, today)
        for rank in RANKS.values()
        if rank.kind in kinds
    }


def _posted(rank: str, units: Sequence[PostingUnit], rows: Sequence[StrengthRow], today: date) -> Posted:
    whole = {unit.id for unit in units if unit.whole_district}
    of_rank = [row for row in rows if row.rank == rank]
    told = [row for row in of_rank if row.scope == WITH_SUB_UNITS and row.unit in whole]
    if told:
        newest = max(told, key=lambda row: row.as_of)
        return Posted(newest.posted, len(units), len(units), newest.as_of, today - newest.as_of > OLD_AFTER)
    ids = {unit.id for unit in units}
    own = {row.unit: row for row in of_rank if row.scope == OWN and row.unit in ids}
    if len(own) < len(units):
        return Posted(None, len(own), len(units))
    oldest = min(row.as_of for row in own.values())
    return Posted(sum(row.posted for row in own.values()), len(units), len(units), oldest, today - oldest > OLD_AFTER)
