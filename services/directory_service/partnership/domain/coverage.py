"""Coverage of training: who was trained in the last 24 months, against who is posted, by rank and group of ranks.

Promises: Σ(attended − repeat) of the sessions held ÷ posted, never above 100 %, and none where the strength is not
known. It is an upper bound ("at most"): people are posted elsewhere, and the count goes with nobody. Percentages are
rounded up, so that the bound holds. Every session that was held counts, whatever was taught: a refresher, too.
Source: docs/partnership.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from directory_service.organizations.domain.posted_strength import (
    OWN,
    WITH_SUB_UNITS,
    Posted,
    PostingUnit,
    StrengthRow,
    posted_in_district,
    still_known,
)
from directory_service.organizations.domain.ranks import FRONT, GROUPS, RANKS
from directory_service.partnership.domain.months import months_before
from directory_service.partnership.domain.training import RankCount

Key = TypeVar("Key")
WINDOW_MONTHS = 24
DUE_MONTHS = 3  # a training that leaves the window within so many months is due for a refresher


@dataclass(frozen=True)
class HeldCount:
    """A count with the day of its session, which was held."""

    day: date
    count: RankCount


@dataclass(frozen=True)
class Coverage:
    """What is known of a rank or a group: trained within the window, posted, and how many are due for a refresher."""

    trained: int
    posted: Posted
    due: int

    @property
    def percent(self) -> int | None:
        """At most so many percent are trained; None where the strength is not known, or nobody is posted."""
        return None if not self.posted.posted else min(100, -(-100 * self.trained // self.posted.posted))

    @property
    def untrained(self) -> int | None:
        """At least so many are not; None where the strength is not known."""
        return None if self.posted.posted is None else max(0, self.posted.posted - self.trained)


@dataclass(frozen=True)
class DistrictCoverage:
    """A district: each of its ranks, and each group that has one."""

    ranks: Mapping[str, Coverage]
    groups: Mapping[str, Coverage]

    @property
    def front(self) -> Coverage | None:
        """The front group's; None where the district has no unit with people."""
        return self.groups.get(FRONT)

    @property
    def is_due(self) -> bool:
        """Whether somebody has to plan: strength is not known, people are not trained, or a training runs out."""
        return any(each.untrained != 0 or each.due for each in self.groups.values())


def window_start(today: date) -> date:
    """The day after which a training counts on a day."""
    return months_before(today, WINDOW_MONTHS)


def cover_district(
    units: Sequence[PostingUnit], rows: Sequence[StrengthRow], held: Iterable[HeldCount], today: date
) -> DistrictCoverage:
    """Work it out as of a day in India."""
    inside = [each for each in held if window_start(today) < each.day <= today]
    posted = posted_in_district(units, rows, today)
    ranks = {rank: _covered((rank,), known, inside, today) for rank, known in posted.items()}
    groups = {
        group: _covered(theirs, _posted_of_group(theirs, posted, units, rows, today), inside, today)
        for group in GROUPS
        if (theirs := tuple(rank for rank in posted if RANKS[rank].group == group))
    }
    return DistrictCoverage(ranks, groups)


def least_covered_first(districts: Mapping[Key, DistrictCoverage]) -> list[Key]:
    """Unknown above; then the lowest coverage of the front group, among equals the most who are not trained."""
    return sorted(districts, key=lambda key: coverage_place(districts[key]))


def coverage_place(district: DistrictCoverage) -> tuple[bool, int, int]:
    """Its place in that order, the smallest first."""
    front = district.front
    known = front is not None and front.percent is not None
    return (known, (front.percent or 0) if front else 0, -((front.untrained or 0) if front else 0))


def percent_on(group: str, coverage: DistrictCoverage, held: Iterable[HeldCount], day: date) -> int | None:
    """A group's percentage as of an earlier day, against who is posted now: strength keeps no history."""
    now = coverage.groups.get(group)
    if now is None:
        return None
    theirs = [each for each in held if RANKS[each.count.rank].group == group and window_start(day) < each.day <= day]
    return Coverage(sum(each.count.newly_trained for each in theirs), now.posted, 0).percent


def add_up(districts: Iterable[DistrictCoverage]) -> DistrictCoverage:
    """Several districts together: a rank or group whose strength one of them does not know has no sum of posted."""
    found = list(districts)
    return DistrictCoverage(_added([each.ranks for each in found]), _added([each.groups for each in found]))


def _added(each: Sequence[Mapping[str, Coverage]]) -> Mapping[str, Coverage]:
    names = list(dict.fromkeys(name for one in each for name in one))
    return {name: _sum([one[name] for one in each if name in one]) for name in names}


def _sum(each: Sequence[Coverage]) -> Coverage:
    posted = [one.posted for one in each]
    known = [one.posted for one in posted if one.posted is not None]
    total = Posted(
        posted=sum(known) if len(known) == len(posted) else None,
        known=sum(one.known for one in posted),
        units=sum(one.units for one in posted),
        as_of=min((one.as_of for one in posted if one.as_of), default=None),
        old=any(one.old for one in posted),
    )
    return Coverage(sum(one.trained for one in each), total, sum(one.due for one in each))


def _covered(ranks: Sequence[str], posted: Posted, inside: Sequence[HeldCount], today: date) -> Coverage:
    theirs = [each for each in inside if each.count.rank in ranks]
    leaving = months_before(today, WINDOW_MONTHS - DUE_MONTHS)
    return Coverage(
        trained=sum(each.count.newly_trained for each in theirs),
        posted=posted,
        due=sum(each.count.newly_trained for each in theirs if each.day <= leaving),
    )


def _posted_of_group(
    ranks: Sequence[str],
    posted: Mapping[str, Posted],
    units: Sequence[PostingUnit],
    rows: Sequence[StrengthRow],
    today: date,
) -> Posted:
    """The sum of a group's ranks; one that is not known leaves the group unknown."""
    each, concerned = [posted[rank] for rank in ranks], {RANKS[rank].kind for rank in ranks}
    theirs = [unit for unit in units if unit.kind in concerned]
    if any(one.posted is None for one in each):
        known = sum(_is_known(unit, ranks, units, rows, today) for unit in theirs)
        return Posted(None, known, len(theirs))
    days = [one.as_of for one in each if one.as_of is not None]
    total = sum(one.posted or 0 for one in each)
    return Posted(total, len(theirs), len(theirs), min(days, default=None), any(one.old for one in each))


def _is_known(
    unit: PostingUnit, ranks: Sequence[str], units: Sequence[PostingUnit], rows: Sequence[StrengthRow], today: date
) -> bool:
    whole = {one.id for one in units if one.whole_district}
    fresh = still_known(rows, today)
    own = {row.rank for row in fresh if row.scope == OWN and row.unit == unit.id}
    told = {row.rank for row in fresh if row.scope == WITH_SUB_UNITS and row.unit in whole}
    return {rank for rank in ranks if RANKS[rank].kind == unit.kind} <= own | told
