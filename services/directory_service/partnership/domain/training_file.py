"""File of attendance: `session,unit_code,rank,attended,repeat`, read and judged line by line. Pure.

`unit_code` may be empty or left out: several units counted together. Promises: no column takes a name, and an unknown
column refuses the whole file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.editing.domain.sheets.table import SheetLine, table_of
from directory_service.organizations.domain.ranks import RANKS, rank_of
from directory_service.partnership.domain.training import COUNTABLE, MOST_CAME, RankCount

COLUMNS = ("session", "unit_code", "rank", "attended", "repeat")
OPTIONAL = ("unit_code", "repeat")


@dataclass(frozen=True)
class CountFault:
    """What is wrong on a line of the file, in which column: a code that pages put into words."""

    line: int
    column: str
    code: str


@dataclass(frozen=True)
class FileSession:
    """A session that the file may name, with its units by code: id and kind."""

    id: UUID
    district: int
    day: date
    state: str


@dataclass(frozen=True)
class FileUnit:
    """A unit that the file may name."""

    id: UUID
    kind: str
    district: int


@dataclass(frozen=True)
class TrainingKnowledge:
    """What the directory knows: sessions by id, units by code, a district's own words for ranks."""

    sessions: Mapping[str, FileSession]
    units: Mapping[str, FileUnit]
    aliases: Mapping[int, Mapping[str, str]]


@dataclass
class CountPlan:
    """What the file would store, by session and unit, and what is wrong with it."""

    counts: dict[tuple[UUID, UUID | None], dict[str, RankCount]] = field(default_factory=dict)
    faults: list[CountFault] = field(default_factory=list)


def plan_counts(content: bytes, known: TrainingKnowledge, today: date) -> CountPlan:
    """Raises BadSheet where the file cannot be used."""
    table = table_of(content)
    unknown = [(name[:40], "") for name in table.columns if name not in COLUMNS]
    if unknown:
        raise BadSheet("columns", unknown=unknown)
    missing = [name for name in COLUMNS if name not in table.columns and name not in OPTIONAL]
    if missing:
        raise BadSheet("missing", columns=", ".join(missing))
    plan = CountPlan()
    for line in table.lines:
        _take(line, known, today, plan)
    return plan


def _take(line: SheetLine, known: TrainingKnowledge, today: date, plan: CountPlan) -> None:
    cells = {column: line.cells.get(column, "").strip() for column in COLUMNS}
    training, unit = known.sessions.get(cells["session"].lower()), known.units.get(cells["unit_code"].upper())
    wrong = [("session", "cells")] if line.overflows else _faults(cells, training, unit, today)
    if wrong or training is None:
        plan.faults += [CountFault(line.number, column, code) for column, code in wrong]
        return
    rank = _rank(cells["rank"], unit, known.aliases.get(training.district, {}))
    theirs = plan.counts.setdefault((training.id, unit.id if unit else None), {})
    if rank is None or rank in theirs:
        plan.faults.append(CountFault(line.number, "rank", "rank-twice" if rank else "rank"))
        return
    theirs[rank] = RankCount(rank, int(cells["attended"]), int(cells["repeat"] or "0"))


def _faults(
    cells: Mapping[str, str], training: FileSession | None, unit: FileUnit | None, today: date
) -> list[tuple[str, str]]:
    found = []
    if training is None:
        found.append(("session", "no-session"))
    elif training.state not in COUNTABLE or training.day > today:
        found.append(("session", "not-now"))
    if cells["unit_code"] and (unit is None or training is None or unit.district != training.district):
        found.append(("unit_code", "no-unit"))
    attended, repeat = _number(cells["attended"]), _number(cells["repeat"] or "0")
    if attended is None:
        found.append(("attended", "number"))
    if repeat is None or (attended is not None and repeat > attended):
        found.append(("repeat", "repeat"))
    return found


def _number(cell: str) -> int | None:
    return int(cell) if re.fullmatch(r"[0-9]{1,3}", cell) and int(cell) <= MOST_CAME else None


def _rank(word: str, unit: FileUnit | None, aliases: Mapping[str, str]) -> str | None:
    kinds = [unit.kind] if unit else list(dict.fromkeys(rank.kind for rank in RANKS.values()))
    found = {rank for kind in kinds if (rank := rank_of(word, kind, aliases))}
    return found.pop() if len(found) == 1 else None
