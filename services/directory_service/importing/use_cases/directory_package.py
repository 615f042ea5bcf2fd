"""Directory package, our own as one JSON file: what `export` writes and `import` and the sample read.

    {"package": "setu-directory", "version": 2, "source": "…", "organizations": […], "places": […], "services": […]}

The three lists hold records as `listings.domain.fields` says. `source` names who keeps the file: importing it again
removes what came from the same source and is in it no longer. In version 1 a service that left out `accepting`, `cost`
or `genders` was open, free and for everybody; in version 2 nobody said so. Not for HSDS packages of other publishers.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from directory_service.importing.outside.listing_files import unwritable
from directory_service.importing.use_cases.import_report import (
    DUPLICATE,
    ImportRemark,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.attributes import GENDERS
from directory_service.listings.domain.field_faults import InvalidFields
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS, SERVICE_FIELDS
from directory_service.listings.domain.spreadsheet_cells import (
    REFUSED,
    running_cells,
)

NAME, VERSION = "setu-directory", 2
_USUAL_IN_VERSION_1 = {"accepting": "open", "cost": "free", "genders": list(GENDERS)}


class NotAPackage(ValueError):
    """The file as a whole cannot be read; nothing of it was taken."""


@dataclass
class Package:
    """The good rows by organisation, and the bad ones."""

    source: str
    organizations: dict[UUID, records.Organization] = field(default_factory=dict)
    places: dict[UUID, records.Location] = field(default_factory=dict)
    services: dict[UUID, records.Service] = field(default_factory=dict)
    copies: dict[UUID, UUID] = field(default_factory=dict)  # id of a copy of a shared place → its key
    rejected: list[ImportRemark] = field(default_factory=list)
    rejected_ids: set[UUID] = field(default_factory=set)
    read: int = 0  # rows

    def kept(self, ids: Iterable[UUID]) -> set[UUID]:
        """Those of the ids that the package has, good or not."""
        parts = (self.organizations, self.places, self.services, self.rejected_ids)
        return {each for each in ids if any(each in part for part in parts)}

    def owners(self, ids: Iterable[UUID]) -> dict[UUID, UUID]:
        """To which organisation it gives places and services."""
        found = ((each, self.places.get(each) or self.services.get(each)) for each in ids)
        return {each: record.organization_id for each, record in found if record is not None}

    def reject(self, where: str, row: Any, *reasons: str) -> None:
        """Keep a row out and remember why."""
        known = row if isinstance(row, dict) else {}
        name = str(known.get("name") or known.get("area") or known.get("id") or "")
        self.rejected.append(ImportRemark(where, name[:80], reasons))
        with suppress(ValueError):
            self.rejected_ids.add(UUID(str(known.get("id"))))


def read_package(path: Path) -> Package:
    """Every row read and checked by itself; raises NotAPackage where there are no rows to speak of."""
    return parse_package(path.read_bytes(), path.name)


def parse_package(content: bytes, name: str) -> Package:
    """The same from bytes; `name` is used in messages."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotAPackage(f"{name} is not JSON: {error}") from None
    if not isinstance(data, dict) or data.get("package") != NAME or data.get("version") not in {1, VERSION}:
        raise NotAPackage(f'{name} is not a directory package: it must start {{"package": "{NAME}", "version": 2, …}}')
    package = Package(source=str(data.get("source") or ""))
    _read(package, data, "organizations", ORGANIZATION_FIELDS.read, package.organizations)
    _read(package, data, "places", LOCATION_FIELDS.read, package.places)
    _read(package, data, "services", SERVICE_FIELDS.read if data["version"] == VERSION else _old, package.services)
    return package


def _old(row: Any) -> records.Service:
    """A service as version 1 has it; null says as much as a field that is missing."""
    if not isinstance(row, dict):
        return SERVICE_FIELDS.read(row)
    return SERVICE_FIELDS.read(_USUAL_IN_VERSION_1 | {name: said for name, said in row.items() if said is not None})


def _read(package: Package, data: dict[str, Any], part: str, read: Any, into: dict[UUID, Any]) -> None:
    rows = data.get(part, [])
    if not isinstance(rows, list):
        raise NotAPackage(f"{part} must be a list")
    for position, row in enumerate(rows):
        where = f"{part}[{position}]"
        package.read += 1
        if fault := unwritable(row):
            package.reject(where, row, fault)
            continue
        if runs := list(running_cells(row)):
            package.reject(where, row, *(f"{field}: {REFUSED}" for field in runs))
            continue
        try:
            record = read(row)
        except InvalidFields as bad:
            package.reject(where, row, *map(str, bad.faults))
            continue
        if record.id in into:
            package.rejected.append(
                ImportRemark(where, str(record.id), ("id: stands in the file twice; the first is kept",), DUPLICATE)
            )
        else:
            into[record.id] = record
