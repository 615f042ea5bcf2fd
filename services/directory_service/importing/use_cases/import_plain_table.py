"""Stage a directory that is one table, by its mapping file; the last line of a key wins, the others are reported."""

import json
import tomllib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from directory_service.importing.domain.cleaning import typed_row
from directory_service.importing.domain.keys import SourceKeys
from directory_service.importing.domain.older import BadValue
from directory_service.importing.domain.plain_table import (
    TableMapping,
    mapping_from,
    rows_of,
)
from directory_service.importing.domain.records_from import FindDistrict
from directory_service.importing.outside.import_stage import Stage
from directory_service.importing.outside.listing_files import (
    ListingFiles,
    SourceEntry,
)
from directory_service.importing.outside.unreadable import CannotRead
from directory_service.importing.use_cases.import_report import (
    DUPLICATE,
    ImportRemark,
    Report,
)
from directory_service.importing.use_cases.import_source import Sample
from directory_service.importing.use_cases.import_staging import Staging


def read_mapping(path: Path) -> TableMapping:
    """From TOML, or JSON by its ending. Raises CannotRead."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return mapping_from(json.loads(text) if path.suffix == ".json" else tomllib.loads(text))
    except (ValueError, OSError, AttributeError, TypeError) as error:
        raise CannotRead(f"{path.name} is not a mapping: {error}") from None


def sample_of_table(listing: ListingFiles, mapping: TableMapping, most: int) -> Sample:
    """Some services by key and name."""
    name = mapping.fields["service"]["name"]
    column = name if isinstance(name, str) else mapping.key
    return [
        ("service", str(entry.value.get(mapping.key, "")).strip(), str(entry.value.get(column, "")))
        for entry in islice(listing.entries(), most)
    ]


def stage_table(
    listing: ListingFiles, mapping: TableMapping, staging: Staging, stage: Stage, report: Report, find: FindDistrict
) -> None:
    """Every line. Raises CannotRead where the table has not the columns of the mapping."""
    for entry in _checked(listing, mapping):
        staging.ledger.read()
        if entry.fault:
            _reject(entry, mapping, stage, staging, entry.fault)
            continue
        try:
            rows = list(rows_of(mapping, entry.value, find))
        except BadValue as error:
            _reject(entry, mapping, stage, staging, str(error))
            continue
        if wrong := _faults(rows, report.source):
            _reject(entry, mapping, stage, staging, *wrong)
            continue
        _stage_line(rows, entry, staging, stage)


def _faults(rows: list[tuple[str, dict[str, Any]]], source: str) -> list[str]:
    """What keeps the whole line out: no part of it goes in without the others, nor in place of an earlier line."""
    return [
        f"{kind}.{reason}"
        for kind, row in rows
        if kind in {"organization", "service", "location"}
        for reason in typed_row(kind, SourceKeys(source).row(kind, row)).reasons
    ]


def _stage_line(rows: list[tuple[str, dict[str, Any]]], entry: SourceEntry, staging: Staging, stage: Stage) -> None:
    key = next(row["id"] for kind, row in rows if kind == "service")
    service, place = (staging.keys.key(kind, key) for kind in ("service", "location"))
    earlier = stage.document("service", service)
    if earlier is not None:
        for each in (service, place):
            stage.drop_parts_of(each)
        reason = f"{key}: stands in the file again at {entry.where}, which is kept"
        staging.ledger.reject_row(
            ImportRemark(earlier.at, str(earlier.body.get("name", "")), (reason,), DUPLICATE, key)
        )
    for kind, row in rows:
        if kind == "organization":
            staging.inside_row(kind, row, entry.where)
        elif kind in {"service", "location"}:
            staging.modern_row(kind, row, entry.where, last_wins=True)
        else:
            staging.modern_row(kind, row, entry.where, shared=True)


def _checked(listing: ListingFiles, mapping: TableMapping) -> Iterator[SourceEntry]:
    first = True
    for entry in listing.entries():
        if first and (missing := sorted(mapping.columns - set(entry.value))):
            raise CannotRead(f"{listing.name} is not the mapping's table: it lacks the columns {', '.join(missing)}")
        first = False
        yield entry


def _reject(entry: SourceEntry, mapping: TableMapping, stage: Stage, staging: Staging, *reasons: str) -> None:
    key = str(entry.value.get(mapping.key, "")).strip()
    if key:
        for kind in ("service", "location"):
            stage.mark_seen(staging.keys.key(kind, key))
    owner = mapping.fields["organization"]
    for column in (owner.get("key"), owner.get("name")):
        if isinstance(column, str) and entry.value.get(column):
            stage.mark_seen(staging.keys.key("organization", entry.value[column]))
            break
    name = mapping.fields["service"]["name"]
    called = str(entry.value.get(name, "")).strip()[:80] if isinstance(name, str) else ""
    staging.ledger.reject_row(ImportRemark(entry.where, called, reasons, id=key))
