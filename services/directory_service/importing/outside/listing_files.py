"""Reader of directory data as it lies about: file, folder, zip or address on the web; JSON, NDJSON, CSV, spreadsheet.

Gives one entry after another, with file and line, and never holds more than one. What an entry means is not its
business. Raises CutShort for whatever ends before its end: what a cut file lacks would count as gone.
"""

import re
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from urllib.parse import urlsplit

from directory_service.importing.outside.csv_rows import CsvRow, csv_rows
from directory_service.importing.outside.file_formats import JSON, LINES, TABLES, format_of, has_readable_name
from directory_service.importing.outside.json_documents import json_documents
from directory_service.importing.outside.paged_lists import fetch_paged_lists
from directory_service.importing.outside.ungzipped import LARGEST, ungzipped
from directory_service.importing.outside.unpacked_size import check_unpacked_size
from directory_service.importing.outside.unreadable import CannotRead, CutShort
from directory_service.importing.outside.workbook_rows import workbook_rows

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_TABLES_OF_FOLDER = TABLES - {".txt"}


@dataclass(frozen=True)
class SourceEntry:
    """A row of a table (`table`: the file's name without `.csv`), or a document (of the list `table`, "" for none)."""

    table: str
    value: Any
    where: str
    fault: str = ""  # why the line could not be read


@dataclass
class ListingFiles:
    """Something that entries can be read from, more than once. `kind`: json, lines (of JSON), table, workbook."""

    name: str
    kind: str
    open_files: Callable[[], Iterator[tuple[str, IO[bytes]]]]
    declared: str = ""  # encoding, as the server told it
    path: Path | None = None  # of a workbook
    alone: bool = True  # one file, not several
    whole: bool = True  # false once it shows that there is more elsewhere, or that it is one document
    open_ended: set[str] = field(default_factory=set)  # CSV files whose last row has no line break: may be cut

    @property
    def tabular(self) -> bool:
        """Whether it has rows; else documents."""
        return self.kind in {"table", "workbook"}

    def entries(self, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[SourceEntry]:
        """Every entry; of CSV files only those whose name is `wanted`."""
        with faults_in_words(self.name):
            if self.kind == "workbook":
                yield from self._sheets(wanted)
                return
            for name, file in self.open_files():
                with file:
                    if not self.tabular:
                        yield from self._documents(name, file)
                    elif wanted(Path(name).stem):
                        yield from self._rows(name, file)

    def _rows(self, name: str, file: IO[bytes]) -> Iterator[SourceEntry]:
        rows = csv_rows(name, file, self.declared)
        while True:
            try:
                row = next(rows)
            except StopIteration as end:
                if not end.value:
                    self.open_ended.add(name)
                return
            yield _entry(Path(name).stem, row, f"{name}:{row.line}")

    def _sheets(self, wanted: Callable[[str], bool]) -> Iterator[SourceEntry]:
        path = self.path or Path()
        for sheet, row in workbook_rows(path, wanted):
            yield _entry(sheet, row, f"{path.name} {sheet}:{row.line}")

    def _documents(self, name: str, file: IO[bytes]) -> Iterator[SourceEntry]:
        lines = self.kind == "lines" if self.alone else Path(name).suffix.lower() in LINES
        for found in json_documents(name, file, self.declared, lines=lines):
            self.whole = self.whole and not found.part and not (found.single and self.alone)
            if not found.part:
                fault = found.fault or unwritable(found.value)
                yield SourceEntry(found.table, found.value, f"{name}:{found.line}", fault)


def _entry(table: str, row: CsvRow, where: str) -> SourceEntry:
    fault = "has more values than columns" if row.overflows else ""
    fault = "has a character that is none" if any(map(_UNWRITABLE.search, row.cells.values())) else fault
    return SourceEntry(table, row.cells, where, fault)


def unwritable(value: Any) -> str:
    """What no database takes, wherever inside it stands: NUL, half a character, NaN or more than any number; or ""."""
    if isinstance(value, str):
        return "has a character that is none" if _UNWRITABLE.search(value) else ""
    if isinstance(value, int | float):  # NaN is not smaller than anything
        return "" if abs(value) <= sys.float_info.max else "has a number that is none, or too large"
    inside = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next(filter(None, map(unwritable, inside)), "")


@contextmanager
def open_listing_files(place: str) -> Iterator[ListingFiles]:
    """A file, folder, zip or http(s) address. Raises CannotRead, of what was cut CutShort; so does reading it."""
    with TemporaryDirectory(prefix="setu-import-") as folder:
        with faults_in_words(place):
            listing = _opened(place, Path(folder))
        yield listing


def _opened(place: str, folder: Path) -> ListingFiles:
    if not re.match(r"https?://", place, re.IGNORECASE):
        return _listing(ungzipped(Path(place), folder))
    download = fetch_paged_lists(place, folder)
    listing = _listing(ungzipped(download.path, folder), download.charset)
    listing.name = re.sub(r"\W+", "-", f"{urlsplit(place).hostname}{urlsplit(place).path}").strip("-")
    return listing


@contextmanager
def faults_in_words(place: str) -> Iterator[None]:
    """Errors of networks, archives and tables, in a sentence."""
    try:
        yield
    except CannotRead:
        raise
    except RecursionError:
        raise CannotRead(f"{place} is not readable: it is nested too deep") from None
    except (IncompleteRead, EOFError) as error:
        raise CutShort(f"{place} is cut short: {error}") from None
    except (OSError, ValueError, HTTPException, zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise CannotRead(f"{place} is not readable: {error}") from None  # RuntimeError: a zip with a password


def _listing(path: Path, declared: str = "") -> ListingFiles:
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise CannotRead(f"{path} is not there")
    if zipfile.is_zipfile(path) and not _is_workbook(path):
        return _zipped(path)
    kind = format_of(path, declared)
    return ListingFiles(path.stem, kind, lambda: iter([(path.name, path.open("rb"))]), declared, path)


def _is_workbook(path: Path) -> bool:
    """A spreadsheet is a zip, too."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    return "xl/workbook.xml" in names or "xl/workbook.bin" in names or "content.xml" in names


def _folder(path: Path) -> ListingFiles:
    names = sorted(each.name for each in path.iterdir() if each.is_file())
    kind, chosen = _chosen(names, f"{path.name} is not a folder with CSV or JSON files")
    return ListingFiles(
        _name(path),
        kind,
        lambda: ((name, (path / name).open("rb")) for name in chosen),
        alone=len(chosen) == 1,
    )


def _name(folder: Path) -> str:
    """A folder called by a date only is told by the one above it."""
    whole = folder.resolve()
    return whole.name if re.search(r"[A-Za-z]", whole.name) else f"{whole.parent.name}-{whole.name}"


def _zipped(path: Path) -> ListingFiles:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        check_unpacked_size(archive, LARGEST)
    kind, chosen = _chosen(names, f"{path.name} is not a zip with CSV or JSON files")

    bases = Counter(Path(name).name for name in chosen)

    def opened() -> Iterator[tuple[str, IO[bytes]]]:
        with zipfile.ZipFile(path) as archive:
            for name in chosen:
                with archive.open(name) as file:
                    yield name if bases[Path(name).name] > 1 else Path(name).name, file

    return ListingFiles(path.stem, kind, opened, alone=len(chosen) == 1)


def _chosen(names: Sequence[str], refusal: str) -> tuple[str, list[str]]:
    """The tables among the files, or else the JSON."""
    tables = [name for name in names if has_readable_name(name, _TABLES_OF_FOLDER)]
    chosen = tables or [name for name in names if has_readable_name(name, JSON) and not _is_descriptor(name)]
    if not chosen:
        raise CannotRead(refusal)
    kind = "table" if tables else "lines" if Path(chosen[0]).suffix.lower() in LINES else "json"
    return kind, chosen


def _is_descriptor(name: str) -> bool:
    return Path(name).name == "datapackage.json"
