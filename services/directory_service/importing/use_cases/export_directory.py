"""Write the directory as a package that `import_directory` reads, a record at a time, whatever its size.

For an operator: every organisation is in it, also one that waits or is suspended, with its status, so that an import
makes the same directory again. Never in it is where a confidential place is.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.importing.use_cases.directory_package import (
    NAME,
    VERSION,
)
from directory_service.listings.domain.confidential_locations import without_hidden
from directory_service.listings.store.tables import (
    Location,
    Service,
)
from directory_service.listings.use_cases.load_stored_service import readable_record
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

Json = dict[str, Any]
_AT_ONCE = 100  # records in memory


def export_directory(db: Database, path: Path, source: str = "") -> int:
    """Number of rows written. With `source`, only what came from there. The file appears whole or not at all."""
    unfinished = path.with_name(path.name + ".part")
    with db.transaction() as session, unfinished.open("w", encoding="utf-8") as file:
        hidden = {str(each) for each in session.scalars(select(Location.id).where(Location.confidential))}
        services = (without_hidden(readable_record(row), hidden) for row in _records(session, Service, source))
        head = {"package": NAME, "version": VERSION, "source": source}
        file.write(json.dumps(head, ensure_ascii=False)[:-1])
        rows = _write(file, "organizations", _records(session, Organization, source))
        rows += _write(file, "places", _records(session, Location, source))
        rows += _write(file, "services", services)
        file.write("}\n")
    unfinished.replace(path)
    return rows


def _write(file: IO[str], name: str, records: Iterator[Json]) -> int:
    """A list of the package, each record on a line of its own; gives how many there are."""
    file.write(f',\n"{name}": [')
    number = 0
    for number, record in enumerate(records, 1):
        file.write(",\n" if number > 1 else "\n")
        file.write(json.dumps(record, ensure_ascii=False))
    file.write("\n]")
    return number


def _records(session: Session, table: type[Organization | Location | Service], source: str) -> Iterator[Json]:
    wanted = select(table.record).order_by(table.id).where(table.record != {})
    if source:
        wanted = wanted.where(table.source == source)
    for record in session.scalars(wanted.execution_options(yield_per=_AT_ONCE)):
        yield dict(record)
