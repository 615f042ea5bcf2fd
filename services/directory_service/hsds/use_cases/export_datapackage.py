"""Write the public directory as a Tabular Data Package: 24 CSV files and their descriptor in a zip.

Made from the answers that the public gets, so a confidential address is never in it. No cell begins a formula (see
`domain.spreadsheet_cells`). Rows wait in temporary files, an organisation's at a time; memory holds no more than that
and the vocabularies.
"""

import csv
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.hsds.domain.publication import Publication, published_by
from directory_service.hsds.store.read_listings import services_of
from directory_service.listings.domain.hsds.datapackage import (
    Table,
    descriptor,
    tables,
)
from directory_service.listings.domain.hsds.flattening import (
    Rows,
    completed,
    flatten,
)
from directory_service.listings.domain.spreadsheet_cells import safe_cell
from directory_service.listings.store.tables import (
    Taxonomy,
    TaxonomyTerm,
)
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

Json = dict[str, Any]
TITLE = "Setu directory: services for people who use drugs"
HOMEPAGE = "https://docs.openreferral.org/"
_AT_ONCE = 100  # organisations
_BLOCK = 1 << 20  # bytes
Check = Callable[[], None]


def export_datapackage(
    db: Database,
    file: IO[bytes],
    publication: Publication,
    *,
    folder: Path | None = None,
    check: Check = lambda: None,
) -> int:
    """Number of rows written; `file` is written from its beginning to its end and need not be seekable.

    Each hundred organisations are read in a transaction of their own, and packing comes after all reading: so no
    transaction is open for long, however large the directory is. Rows wait in a folder made in `folder` (the system's
    own for temporary files). `check` is called many times a second, with no transaction open; what it raises ends all.
    """
    with TemporaryDirectory(prefix="setu-export-", dir=folder) as name:
        sheets = _write_sheets(db, Path(name), check)
        with zipfile.ZipFile(file, "w") as archive:
            about = {**descriptor(TITLE, HOMEPAGE), **published_by(publication)}
            _pack(archive, "datapackage.json", BytesIO(json.dumps(about, indent=1, ensure_ascii=False).encode()), check)
            for table in tables().values():
                with (Path(name) / table.path).open("rb") as sheet:
                    _pack(archive, table.path, sheet, check)
        return sheets.written


def _write_sheets(db: Database, folder: Path, check: Check) -> "_Sheets":
    with _Sheets(folder) as sheets:
        with db.transaction() as session:
            _vocabularies(session, sheets)
        for rows in _organizations(db):
            check()
            for kind, row in completed(rows, sheets.vocabulary):
                sheets.write(kind, row)
    return sheets


def _pack(archive: zipfile.ZipFile, name: str, content: IO[bytes], check: Check) -> None:
    """The same bytes for the same content: no time of writing in it."""
    described = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    described.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(described, "w", force_zip64=True) as file:
        while block := content.read(_BLOCK):
            check()
            file.write(block)


def _organizations(db: Database) -> Iterator[Rows]:
    """The rows of an organisation with all that hangs on it, one organisation a time."""
    found = select(Organization.id, Organization.document).where(Organization.public).order_by(Organization.id)
    last = UUID(int=0)
    while True:
        with db.transaction() as session:
            chunk = session.execute(found.where(Organization.id > last).limit(_AT_ONCE)).all()
            theirs = services_of(session, [row.id for row in chunk])
        yield from (_rows_of(key, document, theirs[key]) for key, document in chunk)
        if len(chunk) < _AT_ONCE:
            return
        last = chunk[-1].id


def _rows_of(organization: UUID, document: bytes | None, services: Sequence[bytes]) -> Rows:
    rows: Rows = {}
    whole = json.loads(document or b"{}")
    whole.pop("services", None)
    flatten("organization", whole, rows)
    for service in services:
        read = json.loads(service)
        flatten("service", {name: value for name, value in read.items() if name != "organization"}, rows)
    for (kind, _), row in rows.items():
        if kind in {"location", "program"}:
            row.setdefault("organization_id", str(organization))
    return rows


def _vocabularies(session: Session, sheets: "_Sheets") -> None:
    for kind, table in (("taxonomy", Taxonomy), ("taxonomy_term", TaxonomyTerm)):
        for document in session.scalars(select(table.document).order_by(table.id)):
            rows: Rows = {}
            read = json.loads(document)
            read.pop("taxonomy_detail", None)
            flatten(kind, read, rows)
            for each, row in completed(rows, sheets.vocabulary):
                sheets.write(each, row)
                sheets.vocabulary.setdefault(each, set()).add(str(row["id"]))


class _Sheets:
    """The CSV files being written. An id stands in a table once: `seen`, on disk, remembers."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self._writers: dict[str, Any] = {}
        self._seen = sqlite3.connect(folder / "seen.db", isolation_level=None)
        self.vocabulary: dict[str, set[str]] = {}
        self.written = 0

    def __enter__(self) -> Self:
        self._stack.callback(self._seen.close)
        self._seen.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE seen (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID; BEGIN;"
        )
        for table in tables().values():
            self._writers[table.kind] = self._writer(table)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _writer(self, table: Table) -> Any:
        file = self._stack.enter_context((self._folder / table.path).open("w", encoding="utf-8", newline=""))
        writer = csv.DictWriter(file, [column.name for column in table.columns], extrasaction="ignore")
        writer.writeheader()
        return writer

    def write(self, kind: str, row: Json) -> None:
        """Write it, unless the table has the id already."""
        taken = self._seen.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (kind, str(row["id"])))
        if taken.rowcount:
            self._writers[kind].writerow({name: safe_cell(value) for name, value in row.items()})
            self.written += 1
