"""Reader of directory data as it lies about: file, folder, zip or address on the web; JSON, NDJSON or CSV.

Gives one entry after another, with file and line, and never holds more than one. What an entry means is not its
business. The house's one HTTP client is the standard library's. Raises CutShort for whatever ends before its end: what
a cut file lacks would count as gone.
"""

import codecs
import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, TextIO
from urllib.parse import urlsplit

from directory_service.importing.outside.csv_rows import csv_rows
from directory_service.importing.outside.json_stream import (
    ONE,
    REST,
    EndsEarly,
    NotJson,
    stream_json_items,
)
from directory_service.importing.outside.paged_lists import fetch_paged_lists
from directory_service.importing.outside.ungzipped import ungzipped
from directory_service.importing.outside.unreadable import (
    CannotRead,
    CutShort,
)

_ID = re.compile(r'"id"\s*:\s*"([0-9A-Fa-f-]{36})"')  # the first one of a broken line is most likely its own
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class SourceEntry:
    """A row of a table (`table`: the file's name without `.csv`), or a document (of the list `table`, "" for none)."""

    table: str
    value: Any
    where: str
    fault: str = ""  # why the line could not be read


@dataclass
class ListingFiles:
    """Something that entries can be read from, more than once. `tabular`: CSV rows, else JSON documents."""

    name: str
    tabular: bool
    open_files: Callable[[], Iterator[tuple[str, IO[bytes]]]]
    lines: bool = False
    whole: bool = True  # false once it shows that there is more elsewhere, or that it is one document
    open_ended: set[str] = field(default_factory=set)  # CSV files whose last row has no line break: may be cut

    def entries(self, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[SourceEntry]:
        """Every entry; of CSV files only those whose name is `wanted`."""
        with _faults_in_words(self.name):
            for name, file in self.open_files():
                with file:
                    if not self.tabular:
                        yield from self._documents(name, file)
                    elif wanted(Path(name).stem):
                        yield from self._rows(name, file)

    def _rows(self, name: str, file: IO[bytes]) -> Iterator[SourceEntry]:
        rows = csv_rows(name, file)
        while True:
            try:
                row = next(rows)
            except StopIteration as end:
                if not end.value:
                    self.open_ended.add(name)
                return
            fault = "has more values than columns" if row.overflows else ""
            yield SourceEntry(Path(name).stem, row.cells, f"{name}:{row.line}", fault)

    def _documents(self, name: str, file: IO[bytes]) -> Iterator[SourceEntry]:
        text = io.TextIOWrapper(file, encoding="utf-8-sig")
        try:
            yield from _lines(name, text) if self.lines else self._items(name, text)
        except EndsEarly as error:
            raise CutShort(f"{name} is not readable: it {error}") from None
        except (NotJson, UnicodeDecodeError) as error:
            raise CannotRead(f"{name} is not readable: it {error}") from None

    def _items(self, name: str, text: TextIO) -> Iterator[SourceEntry]:
        count = 0
        for item in stream_json_items(text):
            if item.container == REST:
                self._check_page(name, item.value, count)
                continue
            count += item.container == "contents"
            self.whole = self.whole and item.container != ONE
            table = item.container.removesuffix(".csv").removeprefix(ONE)
            yield SourceEntry(table, item.value, f"{name}:{item.line}")

    def _check_page(self, name: str, page: dict[str, Any], count: int) -> None:
        """A page of several is a part; the only page of a list holds all that it counts."""
        only = page.get("total_pages", 1) in {0, 1}
        self.whole = self.whole and only
        counted = page.get("total_items")
        if only and isinstance(counted, int) and counted > count:
            raise CutShort(f"{name} is cut short: it counts {counted} items and has {count}")


@contextmanager
def open_listing_files(place: str) -> Iterator[ListingFiles]:
    """A file, folder, zip or http(s) address. Raises CannotRead, of what was cut CutShort; so does reading it."""
    with TemporaryDirectory(prefix="setu-import-") as folder:
        with _faults_in_words(place):
            listing = _opened(place, Path(folder))
        yield listing


def _opened(place: str, folder: Path) -> ListingFiles:
    if not re.match(r"https?://", place):
        return _listing(ungzipped(Path(place), folder))
    listing = _listing(ungzipped(fetch_paged_lists(place, folder), folder))
    listing.name = re.sub(r"\W+", "-", f"{urlsplit(place).hostname}{urlsplit(place).path}").strip("-")
    return listing


@contextmanager
def _faults_in_words(place: str) -> Iterator[None]:
    """Errors of networks, archives and tables, in a sentence."""
    try:
        yield
    except CannotRead:
        raise
    except (IncompleteRead, EOFError) as error:
        raise CutShort(f"{place} is cut short: {error}") from None
    except (OSError, ValueError, HTTPException, csv.Error, zipfile.BadZipFile, zlib.error) as error:
        raise CannotRead(f"{place} is not readable: {error}") from None


def _listing(path: Path) -> ListingFiles:
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix.lower() in {".csv", ".tsv"})
        if not files:
            raise CannotRead(f"{path.name} is not a folder with CSV files")
        return ListingFiles(
            _name(path), tabular=True, open_files=lambda: ((each.name, each.open("rb")) for each in files)
        )
    if not path.is_file():
        raise CannotRead(f"{path} is not there")
    if zipfile.is_zipfile(path):
        return _zipped(path)
    with path.open("rb") as file:
        head = file.read(1 << 16).lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if head.startswith(_ZIP):
        raise CutShort(f"{path.name} is cut short: the list of files at the end of the zip is missing")
    tabular = head[:1] not in {b"{", b"["}
    if tabular and path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        raise CannotRead(f"{path.name} is not JSON, CSV or a zip")
    return ListingFiles(
        path.stem, tabular=tabular, open_files=lambda: iter([(path.name, path.open("rb"))]), lines=_is_lines(path, head)
    )


def _name(folder: Path) -> str:
    """A folder called by a date only is told by the one above it."""
    whole = folder.resolve()
    return whole.name if re.search(r"[A-Za-z]", whole.name) else f"{whole.parent.name}-{whole.name}"


def _zipped(path: Path) -> ListingFiles:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not Path(name).name.startswith((".", "_"))]
    tables = [name for name in names if name.lower().endswith(".csv")]
    chosen = tables or [name for name in names if name.lower().endswith((".json", ".ndjson", ".jsonl"))]
    if not chosen:
        raise CannotRead(f"{path.name} is not a zip with CSV or JSON files")

    def opened() -> Iterator[tuple[str, IO[bytes]]]:
        with zipfile.ZipFile(path) as archive:
            for name in chosen:
                with archive.open(name) as file:
                    yield Path(name).name, file

    lines = not tables and not chosen[0].lower().endswith(".json")
    return ListingFiles(path.stem, tabular=bool(tables), open_files=opened, lines=lines)


def _is_lines(path: Path, head: bytes) -> bool:
    if path.suffix.lower() in {".ndjson", ".jsonl"}:
        return True
    first, newline, rest = head.partition(b"\n")
    if not newline or not rest.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _lines(name: str, text: IO[str]) -> Iterator[SourceEntry]:
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        try:
            yield SourceEntry("", json.loads(line), f"{name}:{number}")
        except (ValueError, RecursionError):
            if not line.endswith("\n"):
                raise CutShort(f"{name} is cut short: its last line, {number}, is not JSON") from None
            known = _ID.search(line)
            yield SourceEntry("", {"id": known[1]} if known else None, f"{name}:{number}", "the line is not JSON")
