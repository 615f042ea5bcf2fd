"""Posted strength of a district by rank: the newest figure for the whole district, else the sum where all is known.

Coverage of training is counted against this. Promises: never a sum with a unit missing, nor the figure of one police
district for a district that has two; a figure older than two years counts as unknown, one older than a year as old.
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
    """A unit of the district that has people; `whole_district`: a figure with sub-units of it is the district's.

    Only a district police is such a unit (`trained_units` of `partnership/store/training.py`).
    """

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


def replaces(figure: StrengthRow, before: StrengthRow | None) -> bool:
    """Whether a figure takes the place of the one that is kept of its unit, scope and rank: unless that is later."""
    return before is None or (before.as_of <= figure.as_of and before != figure)


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
    of_rank = [row for row in rows if row.rank == rank]
    whole = [unit for unit in units if unit.whole_district]  # more than one: several police districts in one district
    told = _newest_of_each(whole, WITH_SUB_UNITS, of_rank)
    if told and len(told) == len(whole):
        return _sum(told, len(units), today)
    own = _newest_of_each(units, OWN, of_rank)
    return _sum(own, len(units), today) if len(own) == len(units) else Posted(None, len(own), len(units))


def _newest_of_each(units: Sequence[PostingUnit], scope: str, rows: Sequence[StrengthRow]) -> list[StrengthRow]:
    ids = {unit.id for unit in units}
    of_scope = [row for row in rows if row.scope == scope and row.unit in ids]
    return list({row.unit: row for row in sorted(of_scope, key=lambda row: row.as_of)}.values())


def _sum(rows: Sequence[StrengthRow], units: int, today: date) -> Posted:
    oldest = min(row.as_of for row in rows)
    return Posted(sum(row.posted for row in rows), units, units, oldest, today - oldest > OLD_AFTER)
