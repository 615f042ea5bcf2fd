"""Our own package of a directory as one JSON file: what `export` writes and `import` and the sample read.

    {"package": "setu-directory", "version": 1, "source": "…", "organizations": […], "places": […], "services": […]}

The three lists hold the records of `listing_records`. `source` names who keeps the file: importing it again removes
what came from the same source and is in it no longer. Not for HSDS packages of other publishers.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from directory_service.importing.use_cases.import_report import (
    DUPLICATE,
    Rejected,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.spreadsheet_cells import (
    REFUSED,
    running_cells,
)
from directory_service.listings.use_cases.listing_records import (
    read_location,
    read_organization,
    read_service,
)

NAME, VERSION = "setu-directory", 1


class NotAPackage(ValueError):
    """The file as a whole cannot be read; nothing of it was taken."""


@dataclass
class Package:
    """The good rows by organisation, and the bad ones."""

    source: str
    organizations: dict[UUID, records.Organization] = field(default_factory=dict)
    places: dict[UUID, records.Location] = field(default_factory=dict)
    services: dict[UUID, records.Service] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    rejected_ids: set[UUID] = field(default_factory=set)

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
        self.rejected.append(Rejected(where, name[:80], reasons))
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
    if not isinstance(data, dict) or data.get("package") != NAME or data.get("version") != VERSION:
        raise NotAPackage(f'{name} is not a directory package: it must start {{"package": "{NAME}", "version": 1, …}}')
    package = Package(source=str(data.get("source") or ""))
    _read(package, data, "organizations", read_organization, package.organizations)
    _read(package, data, "places", read_location, package.places)
    _read(package, data, "services", read_service, package.services)
    return package


def _read(package: Package, data: dict[str, Any], part: str, read: Any, into: dict[UUID, Any]) -> None:
    rows = data.get(part, [])
    if not isinstance(rows, list):
        raise NotAPackage(f"{part} must be a list")
    for position, row in enumerate(rows):
        where = f"{part}[{position}]"
        if runs := list(running_cells(row)):
            package.reject(where, row, *(f"{field}: {REFUSED}" for field in runs))
            continue
        try:
            record = read(row)
        except ValidationError as error:
            package.reject(where, row, *reasons(error))
            continue
        if record.id in into:
            package.rejected.append(
                Rejected(where, str(record.id), ("id: stands in the file twice; the first is kept",), DUPLICATE)
            )
        else:
            into[record.id] = record


def reasons(error: ValidationError) -> list[str]:
    """One line a fault, with its path: `schedules.0.rrule: must read like …`."""
    return [f"{path}: {text}" if path else text for path, text in _flat(error.messages, "")]


def _flat(messages: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            step = path if key == "_schema" else f"{path}.{key}".lstrip(".")
            yield from _flat(inner, step)
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield path, str(messages)
