"""Write the directory as a package that `import_directory` reads: public facts only, never a confidential address."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.domain.hidden_places import without_hidden
from directory_service.store.tables_listings import Location, Organization, Service
from directory_service.use_cases.directory_package import NAME, VERSION
from directory_service.use_cases.stored_service import readable
from service_kit.db.engine import Database

Json = dict[str, Any]


def export_directory(db: Database, path: Path, source: str = "") -> int:
    """Number of rows written. With `source`, only what came from there. The file appears whole or not at all."""
    with db.transaction() as session:
        hidden = {str(each) for each in session.scalars(select(Location.id).where(Location.confidential))}
        package = {
            "package": NAME,
            "version": VERSION,
            "source": source,
            "organizations": _records(session, Organization, source),
            "places": _records(session, Location, source),
            "services": [without_hidden(readable(row), hidden) for row in _records(session, Service, source)],
        }
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)
    return sum(len(rows) for rows in package.values() if isinstance(rows, list))


def _records(session: Session, table: type[Organization | Location | Service], source: str) -> list[Json]:
    wanted = select(table.record).order_by(table.id).where(table.record != {})
    if source:
        wanted = wanted.where(table.source == source)
    return [dict(record) for record in session.scalars(wanted)]
