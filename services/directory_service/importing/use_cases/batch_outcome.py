"""Outcome of one batch of an import: counts, every record that changed with its differences, conflicts, rejections."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from directory_service.importing.use_cases.import_group import Row
from directory_service.importing.use_cases.import_report import CONFLICT, ORPHAN, ImportRemark, Report
from directory_service.importing.use_cases.merge_record import MergedWrite
from directory_service.listings.domain.history import differences
from directory_service.listings.store.tables import Location, Service
from directory_service.listings.use_cases.save_listing import SaveOutcome
from directory_service.organizations.store.tables import Organization

Json = dict[str, Any]


class BatchOutcome:
    """Filled while a batch is written, told to the report once it is committed, or taken back by a dry run."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[str, str]] = Counter()
        self._rows: Counter[str] = Counter()
        self._places: dict[UUID, SaveOutcome] = {}
        self._changes: list[Json] = []
        self._conflicts: list[tuple[ImportRemark, list[Json]]] = []
        self.rejected: list[tuple[str, ImportRemark]] = []  # with the record's id

    def count(
        self,
        kind: str,
        outcome: SaveOutcome,
        row: Organization | Location | Service,
        written: MergedWrite[Any],
        where: str,
    ) -> None:
        """One record that was written."""
        self._counted[kind, outcome] += 1
        name = _name(written.record)
        if isinstance(row, Location):
            self._places[row.id] = outcome
        if outcome is not SaveOutcome.UNCHANGED:
            self._changes.append(_change(kind, outcome, row, written, where))
        if written.conflicts:
            texts = tuple(
                f"{each.field}: {_short(each.here)} stays, as it was edited here; the file has {_short(each.in_file)}"
                for each in written.conflicts
            )
            said = [
                {"type": kind, "id": str(row.id), "where": where, "field": each.field, "here": each.here}
                | {"file": each.in_file}
                for each in written.conflicts
            ]
            self._conflicts.append((ImportRemark(where, name, texts, CONFLICT, str(row.id)), said))

    def count_row(self, outcome: SaveOutcome, places: Iterable[UUID]) -> None:
        """One row of a plain table: its service, which has changed also where its place has."""
        moved = any(self._places.get(place, SaveOutcome.UNCHANGED) is not SaveOutcome.UNCHANGED for place in places)
        self._rows[SaveOutcome.CHANGED if outcome is SaveOutcome.UNCHANGED and moved else outcome] += 1

    def reject(self, row: Row[Any], reason: str) -> None:
        """A record that hangs on nothing, or is another's."""
        remark = ImportRemark(row.where, _name(row.record), (reason,), ORPHAN, str(row.record.id))
        self.rejected.append((str(row.record.id), remark))

    def tell(self, report: Report) -> None:
        """Add it to the report, but for the rejections."""
        for (kind, outcome), number in self._counted.items():
            report.count(kind, outcome, number)
        for word, number in self._rows.items():
            report.rows[word] += number
        for change in self._changes:
            report.changes.append(change)
        for remark, said in self._conflicts:
            report.notes.append(remark)
            for each in said:
                report.conflicts.append(each)


def _change(
    kind: str,
    outcome: SaveOutcome,
    row: Organization | Location | Service,
    written: MergedWrite[Any],
    where: str,
) -> Json:
    """As it is stored, so never with the address of a confidential place."""
    head = {"type": kind, "id": str(row.id), "name": _name(written.record), "outcome": outcome, "where": where}
    if outcome is SaveOutcome.ADDED:
        return head
    fields = differences(written.before, row.record)
    return head | {"fields": [{"field": f.field, "before": f.before, "after": f.after} for f in fields]}


def _name(record: Any) -> str:
    return str(getattr(record, "name", None) or getattr(record, "area", ""))[:80]


def _short(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 80 else text[:77] + "…'"
