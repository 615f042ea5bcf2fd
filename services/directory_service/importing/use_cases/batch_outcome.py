"""Outcome of one batch of an import: counts, every record that changed with its differences, conflicts, rejections."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from directory_service.importing.use_cases.import_group import Row
from directory_service.importing.use_cases.import_report import CONFLICT, ORPHAN, ImportRemark, Report
from directory_service.importing.use_cases.merge_record import MergedWrite
from directory_service.listings.domain import records
from directory_service.listings.domain.coarse_area import with_coarse_area
from directory_service.listings.domain.confidential_locations import changes_without_hidden, may_tell
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.domain.history import Difference, differences
from directory_service.listings.domain.save_outcome import SaveOutcome
from directory_service.listings.store.tables import Location, Service
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
        hidden: Collection[str] = (),
    ) -> None:
        """One record that was written; of the places in `hidden`, and of a hidden place, nothing tells where it is."""
        self._counted[kind, outcome] += 1
        if isinstance(row, Location):
            self._places[row.id] = outcome
        if outcome is not SaveOutcome.UNCHANGED:
            self._changes.append(_change(kind, outcome, row, written, where, hidden))
        found = [Difference(each.field, each.here, each.in_file) for each in written.conflicts]
        if told := _tellable(found, row, written, hidden):
            texts = tuple(
                f"{each['field']}: {_short(each['before'])} stays, as it was edited here;"
                f" the file has {_short(each['after'])}"
                for each in told
            )
            said = [
                {"type": kind, "id": str(row.id), "where": where, "field": each["field"], "here": each["before"]}
                | {"file": each["after"]}
                for each in told
            ]
            self._conflicts.append(
                (ImportRemark(where, _name(written.record, row), texts, CONFLICT, str(row.id)), said)
            )

    def count_row(self, outcome: SaveOutcome, places: Iterable[UUID]) -> None:
        """One row of a plain table: its service, which has changed also where its place has."""
        moved = any(self._places.get(place, SaveOutcome.UNCHANGED) is not SaveOutcome.UNCHANGED for place in places)
        self._rows[SaveOutcome.CHANGED if outcome is SaveOutcome.UNCHANGED and moved else outcome] += 1

    def leave_removed(self, kind: str, row: Row[Any]) -> None:
        """A record that its provider took out here: it stays out, and the file's row is told."""
        self._counted[kind, SaveOutcome.UNCHANGED] += 1
        if kind == "service":
            self._rows[SaveOutcome.UNCHANGED] += 1
        key = _id_in_file(row.record)
        reason = "was removed here by its provider, and stays removed; the file still has it"
        said = {"type": kind, "id": key, "where": row.where, "field": "removed", "here": True, "file": False}
        self._conflicts.append((ImportRemark(row.where, _name(row.record), (reason,), CONFLICT, key), [said]))

    def reject(self, row: Row[Any], reason: str) -> None:
        """A record that hangs on nothing, or is another's."""
        remark = ImportRemark(row.where, _name(row.record), (reason,), ORPHAN, _id_in_file(row.record))
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
    hidden: Collection[str],
) -> Json:
    head = {"type": kind, "id": str(row.id), "name": _name(written.record, row), "outcome": outcome, "where": where}
    if outcome is SaveOutcome.ADDED:
        return head
    return head | {"fields": _tellable(differences(written.before, row.record), row, written, hidden)}


def _tellable(
    fields: Iterable[Difference],
    row: Organization | Location | Service,
    written: MergedWrite[Any],
    hidden: Collection[str],
) -> list[Json]:
    """Without what tells where a place is that is confidential, or was: the record before may have it still."""
    if isinstance(row, Location):
        states = [LOCATION_FIELDS.load(each) for each in (written.before, row.record) if each] + [written.record]
        fields = [each for each in fields if may_tell(each, states)]
    told = [{"field": each.field, "before": each.before, "after": each.after} for each in fields]
    return changes_without_hidden(told, hidden) if isinstance(row, Service) else told


def _id_in_file(record: Any) -> str:
    """The id that the file has for it: beside a row of the file that of a copy tells where a hidden one is."""
    return str(getattr(record, "shared_id", None) or record.id)


def _name(record: Any, row: Organization | Location | Service | None = None) -> str:
    """What it is called; of a confidential place its part of town, as it is stored where it is."""
    if not isinstance(record, records.Location):
        name = record.name
    elif not record.confidential:
        name = record.name or record.area
    else:
        name = row.record["area"] if isinstance(row, Location) else with_coarse_area(record).area
    return str(name)[:80]


def _short(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 80 else text[:77] + "…'"
