"""File of posted strength: `unit_code,scope,rank,posted,as_of,source`, read and judged line by line. Pure.

A word for a rank that nobody knows is no fault: the page asks what it means, and the state keeps the answer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from directory_service.editing.domain.sheets.table import table_of
from directory_service.listings.domain.spreadsheet_cells import would_run
from directory_service.organizations.domain.posted_strength import OWN, SCOPES, StrengthRow, replaces
from directory_service.organizations.domain.ranks import fold_rank, rank_of
from directory_service.organizations.domain.unit_kinds import WITH_PEOPLE
from directory_service.registry.domain.plan import LineFault
from directory_service.registry.domain.unit_entry import EntryFault, day_fault, read_day
from directory_service.registry.domain.unit_file import check_columns
from directory_service.registry.domain.units import Unit

COLUMNS = ("unit_code", "scope", "rank", "posted", "as_of", "source")
MOST_POSTED, LONGEST_SOURCE = 200_000, 200
_EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True)
class UnknownRank:
    """A word that nobody has given a meaning yet, in units of this kind; the first line on which it stands."""

    word: str
    kind: str
    line: int

    @property
    def field_name(self) -> str:
        """The field of the form that asks for it."""
        return f"rank.{self.kind}.{fold_rank(self.word).replace(' ', '-')}"


@dataclass
class StrengthPlan:
    """What the file would do: figures that are new or replace another, those that stay, and what has to be asked."""

    written: list[tuple[int, Unit, StrengthRow]] = field(default_factory=list)
    left: list[tuple[int, Unit, StrengthRow]] = field(default_factory=list)
    unknown: list[UnknownRank] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


@dataclass(frozen=True)
class StrengthKnowledge:
    """What the directory knows: units by code, figures by unit, scope and rank, words for ranks by district."""

    units: Mapping[str, Unit]
    figures: Mapping[tuple[UUID, str, str], StrengthRow]
    aliases: Mapping[int, Mapping[str, str]]


def plan_strength(content: bytes, known: StrengthKnowledge, answers: Mapping[str, str], today: date) -> StrengthPlan:
    """`answers`: what words mean, by `UnknownRank.field_name`. Raises BadSheet where the file cannot be used."""
    table = table_of(content)
    check_columns(table.columns, COLUMNS, ())
    plan, seen = StrengthPlan(), set[tuple[UUID, str, str]]()
    for line in table.lines:
        cells = {column: line.cells.get(column, "").strip() for column in COLUMNS}
        unit = known.units.get(cells["unit_code"].upper())
        wrong = [EntryFault("", "cells")] if line.overflows else list(_faults(cells, line.cells, unit, today))
        if wrong or unit is None:
            plan.faults += [LineFault(line.number, fault) for fault in wrong]
            continue
        asked = UnknownRank(cells["rank"], unit.kind.kind, line.number)
        rank = rank_of(cells["rank"], unit.kind.kind, known.aliases.get(unit.district, {})) or answers.get(
            asked.field_name
        )
        if rank is None:
            if all(asked.field_name != each.field_name for each in plan.unknown):
                plan.unknown.append(asked)
            continue
        row = _row(cells, unit, rank)
        key = (row.unit, row.scope, row.rank)
        if key in seen:
            plan.faults.append(LineFault(line.number, EntryFault("rank", "rank-twice")))
            continue
        seen.add(key)
        is_written = replaces(row, known.figures.get(key))
        (plan.written if is_written else plan.left).append((line.number, unit, row))
    return plan


def meanings(unknown: Sequence[UnknownRank], answers: Mapping[str, str]) -> dict[str, str]:
    """What was answered to words that were asked about: folded word → code of the rank."""
    return {fold_rank(each.word): answers[each.field_name] for each in unknown if each.field_name in answers}


def _row(cells: Mapping[str, str], unit: Unit, rank: str) -> StrengthRow:
    as_of, scope = read_day(cells["as_of"]), cells["scope"].lower() or OWN
    return StrengthRow(unit.id, scope, rank, int(cells["posted"]), as_of, cells["source"])


def _faults(cells: Mapping[str, str], typed: Mapping[str, str], unit: Unit | None, today: date) -> list[EntryFault]:
    found = [EntryFault(column, "formula") for column in COLUMNS if would_run(typed.get(column, ""))]
    if found:
        return found
    if unit is None:
        found.append(EntryFault("unit_code", "no-unit"))
    elif unit.kind.kind not in WITH_PEOPLE:
        found.append(EntryFault("unit_code", "no-ranks"))
    if (cells["scope"].lower() or OWN) not in SCOPES:
        found.append(EntryFault("scope", "scope"))
    if not 0 < len(cells["rank"]) <= LONGEST_SOURCE:
        found.append(EntryFault("rank", "rank"))
    if not re.fullmatch(r"[0-9]{1,6}", cells["posted"]) or int(cells["posted"]) > MOST_POSTED:
        found.append(EntryFault("posted", "posted"))
    if fault := day_fault(cells["as_of"], _EARLIEST, today):
        found.append(EntryFault("as_of", fault))
    if not 0 < len(cells["source"]) <= LONGEST_SOURCE:
        found.append(EntryFault("source", "source"))
    return found
