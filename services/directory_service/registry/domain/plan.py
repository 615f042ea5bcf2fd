"""Plan of entries: what a form or a file would make, change and leave, and which of its fields cannot be.

Pure: the units of the state and the districts of whoever asks are handed in. Promises: what is planned once and done
plans to nothing the second time; a parent may stand in the same file, before or after; no provider is entered under the
name of another one of the state, or with Greek or Cyrillic letters in it, and one that was let in is renamed by its own
manager alone. Not for moving a unit to another district or changing its kind: both have consequences of their own, and
their own screen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from directory_service.organizations.domain.folded_name import fold_name, has_foreign_letters
from directory_service.organizations.domain.standing import GONE, PENDING
from directory_service.organizations.domain.unit_kinds import UnitKind, may_be_parent
from directory_service.registry.domain.unit_entry import Entry, EntryFault
from directory_service.registry.domain.units import ALIVE, Unit, is_kept_by
from setu.roles import PROVIDER


@dataclass(frozen=True)
class EntryLine:
    """An entry with the number of its line in a file (0 for a form), and the unit that a form is about.

    `is_new`: it must be none that is there, whereas a file's line changes the unit with its code.
    """

    entry: Entry
    number: int = 0
    about: UUID | None = None
    is_new: bool = False


@dataclass(frozen=True)
class LineFault:
    """A fault with the line on which it stands."""

    line: int
    fault: EntryFault


@dataclass(frozen=True)
class Planned:
    """One entry that can be taken: the unit that it changes, None for a new one, and the fields that differ."""

    line: EntryLine
    unit: Unit | None
    changed: tuple[str, ...] = ()


@dataclass
class Plan:
    """What would happen, in the order of the entries."""

    added: list[Planned] = field(default_factory=list)
    changed: list[Planned] = field(default_factory=list)
    unchanged: list[Planned] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be made or changed."""
        return not self.added and not self.changed

    def without_lines(self, numbers: Collection[int]) -> "Plan":
        """The same but for what these lines of the file ask for; its own faults stay."""
        added, changed, unchanged = (
            [each for each in planned if each.line.number not in numbers]
            for planned in (self.added, self.changed, self.unchanged)
        )
        return Plan(added, changed, unchanged, self.faults)


def plan_entries(entries: Sequence[EntryLine], units: Sequence[Unit], reach: Collection[int], own: Unit) -> Plan:
    """What the entries ask for. `units`: all of the states concerned; `reach`: own districts (LGD codes).

    `own`: the body for which is asked.
    """
    known = _Known(units, entries)
    plan = Plan()
    for line in entries:
        unit = known.unit_of(line)
        faults = [*_faults_of(line, unit, known, reach, own)]
        plan.faults += [LineFault(line.number, fault) for fault in faults]
        if faults:
            continue
        if unit is None:
            plan.added.append(Planned(line, None))
            continue
        changed = _differences(line.entry, unit, known)
        (plan.changed if changed else plan.unchanged).append(Planned(line, unit, changed))
    return plan


class _Known:
    """Units and entries by their codes."""

    def __init__(self, units: Sequence[Unit], entries: Sequence[EntryLine]) -> None:
        self.by_id = {unit.id: unit for unit in units}
        self.by_code = {unit.code: unit for unit in units if unit.code}
        self._names: dict[str, set[UUID | int]] = {}
        for unit in (each for each in units if each.kind.kind == PROVIDER and each.standing not in GONE):
            self._names.setdefault(fold_name(unit.name), set()).add(unit.id)
        self._nameless = {(unit.kind.code, unit.district, unit.name): unit for unit in units if not unit.code}
        self.first: dict[str, EntryLine] = {}
        for line in entries:
            self.first.setdefault(line.entry.code, line)
        for line in entries:
            if line.entry.kind.kind == PROVIDER:
                self._names.setdefault(fold_name(line.entry.name), set()).add(self._named_by(line))

    def has_namesake(self, line: EntryLine) -> bool:
        """Whether another provider of the state, or of the file, has such a name or would get it."""
        return bool(self._names.get(fold_name(line.entry.name), set()) - {self._named_by(line)})

    def _named_by(self, line: EntryLine) -> UUID | int:
        """The unit whose name an entry says; of a new one the line."""
        unit = self.unit_of(line)
        return line.number if unit is None else unit.id

    def unit_of(self, line: EntryLine) -> Unit | None:
        """The unit that an entry means: the one a form is about, the code's, else the same one without a code."""
        if line.about is not None:
            return self.by_id[line.about]
        if line.is_new:
            return None
        entry = line.entry
        return self.by_code.get(entry.code) or self._nameless.get((entry.kind.code, entry.district, entry.name))

    def kind_of(self, code: str) -> UnitKind | None:
        """The kind of the unit with this code, in the file or the directory."""
        if code in self.first:
            return self.first[code].entry.kind
        return self.by_code[code].kind if code in self.by_code else None

    def parent_code(self, code: str) -> str:
        """The code above a code, once the file is done."""
        if code in self.first:
            return self.first[code].entry.parent_code
        unit = self.by_code.get(code)
        above = self.by_id.get(unit.parent_id) if unit is not None and unit.parent_id else None
        return above.code if above is not None else ""


def _faults_of(
    line: EntryLine, unit: Unit | None, known: _Known, reach: Collection[int], own: Unit
) -> list[EntryFault]:
    entry = line.entry
    if known.first[entry.code] is not line:
        return [EntryFault("code", "twice")]
    if unit is not None and not is_kept_by(unit, own):
        return [EntryFault("code", "taken")]
    found = [*_own_faults(line, unit, known, reach)]
    if entry.kind.kind == PROVIDER and (unit is None or unit.name != entry.name):
        found += _name_faults(line, known)
    parent = _parent_fault(entry, known)
    return [*found, EntryFault("parent_code", parent)] if parent else found


def _name_faults(line: EntryLine, known: _Known) -> list[EntryFault]:
    """Of a provider's new name."""
    if has_foreign_letters(line.entry.name):
        return [EntryFault("name", "foreign-letters")]
    return [EntryFault("name", "namesake")] if known.has_namesake(line) else []


def _own_faults(line: EntryLine, unit: Unit | None, known: _Known, reach: Collection[int]) -> list[EntryFault]:
    entry, taken = line.entry, known.by_code.get(line.entry.code)
    if taken is not None and (taken.district not in reach or unit is None or taken.id != unit.id):
        return [EntryFault("code", "taken")]
    if unit is None:
        return [] if entry.district in reach else [EntryFault("district_code", "not-yours")]
    if unit.standing not in ALIVE:
        return [EntryFault("code", "gone")]
    faults = [EntryFault("kind", "kind-stays")] if entry.kind != unit.kind else []
    if entry.name != unit.name and unit.kind.kind == PROVIDER and unit.standing != PENDING:
        faults.append(EntryFault("name", "own-name"))
    return [*faults, EntryFault("district_code", "moves")] if entry.district != unit.district else faults


def _parent_fault(entry: Entry, known: _Known) -> str | None:
    if not entry.parent_code:
        return None
    kind = known.kind_of(entry.parent_code)
    if kind is None:
        return "no-parent"
    above = known.by_code.get(entry.parent_code)
    if above is not None and above.standing not in ALIVE:
        return "parent-gone"
    if entry.parent_code == entry.code or not may_be_parent(kind, entry.kind) or _circles(entry.code, known):
        return "parent-level"
    return None


def _circles(code: str, known: _Known) -> bool:
    seen: set[str] = set()
    above = known.parent_code(code)
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = known.parent_code(above)
    return False


def _differences(entry: Entry, unit: Unit, known: _Known) -> tuple[str, ...]:
    above = known.by_id.get(unit.parent_id) if unit.parent_id else None
    before: Mapping[str, object] = {
        "code": unit.code,
        "name": unit.name,
        "parent_code": above.code if above else "",
        "opened_on": unit.opened_on,
    }
    return tuple(name for name, value in before.items() if getattr(entry, name) != value)
