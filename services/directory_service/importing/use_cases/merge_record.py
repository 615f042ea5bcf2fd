"""Merge a record of a file with its row: what HSDS cannot say stays as it is here, and so does what was edited here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from directory_service.importing.domain.kept_edits import EditConflict, keep_edits
from directory_service.listings.domain import records
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.record_table import RecordTable
from directory_service.listings.store.tables import Location, Service
from directory_service.organizations.store.tables import Organization

Json = dict[str, Any]
Record = TypeVar("Record", records.Organization, records.Location, records.Service)


@dataclass(frozen=True)
class RecordMerge(Generic[Record]):
    """How one kind of record is read from its row, and merged with an HSDS file's (`merge_hsds_record`)."""

    fields: RecordTable[Record]
    load: Callable[[Json], Record]
    merge: Callable[[Record, Record], Record]


@dataclass(frozen=True)
class MergedWrite(Generic[Record]):
    """What to write; `base` is what the file made of it, `before` the record that stood here."""

    record: Record
    base: Json
    before: Json
    conflicts: tuple[EditConflict, ...] = ()


def merge_record(
    kind: RecordMerge[Record], row: Organization | Location | Service | None, new: Record
) -> MergedWrite[Record]:
    """`row`: as it stands here, None or a tombstone where it is new."""
    if row is None or not row.record:
        return MergedWrite(new, kind.fields.write(new), {})
    stored = kind.load(row.record)
    merged = kind.merge(stored, new)
    theirs = kind.fields.write(merged)
    hidden = isinstance(row, Location) and row.confidential  # nothing is kept that tells what was edited
    if merged is stored or row.imported is None or hidden:
        return MergedWrite(merged, theirs, row.record)
    kept = keep_edits(row.imported, row.record, theirs)
    try:
        record = kind.fields.read(kept.record) if kept.record != theirs else merged
    except InvalidFields:  # what was kept does not go with what was taken
        return MergedWrite(merged, theirs, row.record)
    return MergedWrite(record, theirs, row.record, kept.conflicts)
