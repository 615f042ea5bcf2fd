"""Stage a directory that is one table, by its mapping file; the last line of a key wins, the others are reported."""

import json
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from directory_service.importing.domain.bad_value import BadValue
from directory_service.importing.domain.cleaning import typed_row
from directory_service.importing.domain.editions import label_of
from directory_service.importing.domain.plain_table import address_fault, key_of_line, rows_of
from directory_service.importing.domain.records_from_documents import FindDistrict
from directory_service.importing.domain.row_ids import SourceKeys
from directory_service.importing.domain.suggested_mapping import suggested_mapping
from directory_service.importing.domain.table_mapping import TableMapping, mapping_from
from directory_service.importing.outside.import_stage import Stage
from directory_service.importing.outside.listing_files import ListingFiles, SourceEntry, open_listing_files
from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.use_cases.import_report import DUPLICATE, LEFT_OUT, ImportRemark
from directory_service.importing.use_cases.import_source import Sample
from directory_service.importing.use_cases.import_staging import Staging

Row = dict[str, Any]
_SEEN = 200  # lines that a suggestion looks at


def read_mapping(path: Path) -> TableMapping:
    """From TOML, or JSON by its ending. Raises CannotRead."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        return mapping_from(data if isinstance(data, dict) else {})
    except (ValueError, OSError, RecursionError) as error:
        raise CannotRead(f"{path.name} is not a mapping: {error}") from None


def sample_of_table(listing: ListingFiles, mapping: TableMapping, most: int) -> Sample:
    """Some services by key and name. Raises CannotRead where the table has not the columns of the mapping."""
    name = mapping.fields["service"]["name"].columns[:1] or mapping.key[:1]
    entries = islice(table_lines(listing, mapping), most)
    return [("service", key_of_line(mapping, each.value), str(each.value.get(name[0], ""))) for each in entries]


def suggest_mapping(place: str) -> str:
    """A first mapping of a table, as TOML. Raises CannotRead."""
    with open_listing_files(place) as listing:
        if not listing.tabular:
            raise CannotRead(f"{Path(place).name} is no table: JSON needs no mapping")
        first = next(listing.entries(), None)
        if first is None:
            raise CannotRead(f"{Path(place).name} has no line below its headings")
        lines = list(islice(listing.entries(lambda name: name == first.table), _SEEN))
        values = [entry.value for entry in lines]
        return suggested_mapping(list(values[0]), values, label_of(listing.name))


def stage_table(
    listing: ListingFiles, mapping: TableMapping, staging: Staging, stage: Stage, find: FindDistrict
) -> None:
    """Every line. Raises CannotRead where the table has not the columns of the mapping."""
    for entry in table_lines(listing, mapping):
        staging.ledger.read()
        if entry.fault:
            _reject(entry, mapping, stage, staging, entry.fault)
            continue
        try:
            rows = list(rows_of(mapping, entry.value, find))
        except BadValue as error:
            _reject(entry, mapping, stage, staging, str(error))
            continue
        if wrong := _faults(rows, staging.keys.source):
            _reject(entry, mapping, stage, staging, *wrong)
            continue
        _stage_line(rows, entry, staging, stage)
        if fault := address_fault(rows):
            staging.ledger.note(ImportRemark(entry.where, "", (fault,), LEFT_OUT, key_of_line(mapping, entry.value)))


def table_lines(listing: ListingFiles, mapping: TableMapping) -> Iterator[SourceEntry]:
    """The lines of the table, of a workbook those of the mapping's sheet or the first one."""
    table = mapping.sheet
    first = True

    def wanted(name: str) -> bool:
        return not table or name == table

    for entry in listing.entries(wanted):
        if listing.kind == "workbook":
            table = table or entry.table
        if first and (missing := sorted(mapping.columns - set(entry.value))):
            raise CannotRead(f"{listing.name} is not the mapping's table: it lacks the columns {', '.join(missing)}")
        first = False
        yield entry
    if first and mapping.sheet:
        raise CannotRead(f"{listing.name} has no sheet {mapping.sheet} with a line in it")


def _faults(rows: list[tuple[str, Row]], source: str) -> list[str]:
    """What keeps the whole line out: no part of it goes in without the others, nor in place of an earlier line."""
    keys = SourceKeys(source)
    return [f"{kind}.{reason}" for kind, row in rows for reason in typed_row(kind, keys.row(kind, row)).reasons]


def _stage_line(rows: list[tuple[str, Row]], entry: SourceEntry, staging: Staging, stage: Stage) -> None:
    key = next(row["id"] for kind, row in rows if kind == "service")
    service, place = (staging.keys.key(kind, key) for kind in ("service", "location"))
    earlier = stage.document("service", service)
    if earlier is not None:
        stage.drop_document("service", service)
        stage.drop_document("location", place)
        if not stage.owns_anything(earlier.owner):
            stage.drop_document("organization", earlier.owner)
            stage.mark_seen(earlier.owner)
        reason = f"{key}: stands in the file again at {entry.where}, which is kept"
        name = str(earlier.body.get("name", ""))[:80]
        staging.ledger.reject_row(ImportRemark(earlier.at, name, (reason,), DUPLICATE, key))
    for kind, row in rows:
        if kind == "organization":
            staging.inside_row(kind, row, entry.where)
        elif kind in {"service", "location"}:
            staging.modern_row(kind, row, entry.where, last_wins=True)
        else:
            staging.modern_row(kind, row, entry.where, shared=True, own_row=False)


def _reject(entry: SourceEntry, mapping: TableMapping, stage: Stage, staging: Staging, *reasons: str) -> None:
    key = key_of_line(mapping, entry.value)
    for kind in ("service", "location") if key else ():
        stage.mark_seen(staging.keys.key(kind, key))
    owner = mapping.fields["organization"]
    for said in filter(None, (owner.get("key"), owner.get("name"))):
        text = said.join.join(filter(None, ((entry.value.get(column) or "").strip() for column in said.columns)))
        if text:
            stage.mark_seen(staging.keys.key("organization", text))
            break
    name = mapping.fields["service"]["name"].columns
    called = str(entry.value.get(name[0]) or "").strip()[:80] if name else ""
    staging.ledger.reject_row(ImportRemark(entry.where, called, reasons, id=key))
