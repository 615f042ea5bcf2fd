"""Directory data as it lies about: a file, a folder, a zip or an address on the web; JSON, NDJSON or CSV.

Gives one entry after another, with file and line, and never holds more than one. What an entry means is not its
business. The house's one HTTP client is the standard library's.
"""

import codecs
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import urlsplit

from directory_service.outside.json_stream import ONE, REST, NotJson, items
from directory_service.outside.paged_lists import fetch

_ID = re.compile(r'"id"\s*:\s*"([0-9A-Fa-f-]{36})"')  # the first one of a broken line is most likely its own
_ENCODINGS = ("utf-8-sig", "cp1252")
csv.field_size_limit(16 * 1024 * 1024)


class CannotRead(ValueError):
    """Nothing can be read from there; the message says why."""


@dataclass(frozen=True)
class Entry:
    """A row of a table (`table`: the file's name without `.csv`), or a document (of the list `table`, "" for none)."""

    table: str
    value: Any
    where: str
    fault: str = ""  # why the line could not be read


@dataclass
class Listing:
    """Something that entries can be read from, more than once. `tabular`: CSV rows, else JSON documents."""

    name: str
    tabular: bool
    open_files: Callable[[], Iterator[tuple[str, IO[bytes]]]]
    lines: bool = False
    whole: bool = True  # false once it shows that there is more elsewhere, or that it is one document

    def entries(self, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[Entry]:
        """Every entry; of CSV files only those whose name is `wanted`."""
        for name, file in self.open_files():
            with file:
                if not self.tabular:
                    yield from self._documents(name, file)
                elif wanted(Path(name).stem):
                    yield from _rows(name, file)

    def _documents(self, name: str, file: IO[bytes]) -> Iterator[Entry]:
        text = io.TextIOWrapper(file, encoding="utf-8-sig")
        try:
            if self.lines:
                yield from _lines(name, text)
                return
            for item in items(text):
                where = f"{name}:{item.line}"
                if item.container == REST:
                    self.whole = self.whole and item.value.get("total_pages", 1) in {0, 1}
                    continue
                self.whole = self.whole and item.container != ONE
                yield Entry(item.container.removesuffix(".csv").removeprefix(ONE), item.value, where)
        except (NotJson, UnicodeDecodeError) as error:
            raise CannotRead(f"{name} is not readable: it {error}") from None


@contextmanager
def open_listing(place: str) -> Iterator[Listing]:
    """A file, folder, zip or http(s) address. Raises CannotRead."""
    if re.match(r"https?://", place):
        with TemporaryDirectory(prefix="setu-import-") as folder:
            try:
                path, whole = fetch(place, Path(folder))
            except (URLError, OSError, ValueError) as error:
                raise CannotRead(f"{place} is not readable: {error}") from None
            listing = _listing(path)
            listing.name = re.sub(r"\W+", "-", f"{urlsplit(place).hostname}{urlsplit(place).path}").strip("-")
            listing.whole = whole
            yield listing
    else:
        yield _listing(Path(place))


def _listing(path: Path) -> Listing:
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix.lower() in {".csv", ".tsv"})
        if not files:
            raise CannotRead(f"{path.name} is not a folder with CSV files")
        return Listing(_name(path), tabular=True, open_files=lambda: ((each.name, each.open("rb")) for each in files))
    if not path.is_file():
        raise CannotRead(f"{path} is not there")
    if zipfile.is_zipfile(path):
        return _zipped(path)
    with path.open("rb") as file:
        head = file.read(1 << 16).lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    tabular = head[:1] not in {b"{", b"["}
    if tabular and path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        raise CannotRead(f"{path.name} is not JSON, CSV or a zip")
    return Listing(
        path.stem, tabular=tabular, open_files=lambda: iter([(path.name, path.open("rb"))]), lines=_is_lines(path, head)
    )


def _name(folder: Path) -> str:
    """A folder called by a date only is told by the one above it."""
    whole = folder.resolve()
    return whole.name if re.search(r"[A-Za-z]", whole.name) else f"{whole.parent.name}-{whole.name}"


def _zipped(path: Path) -> Listing:
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
    return Listing(path.stem, tabular=bool(tables), open_files=opened, lines=lines)


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


def _lines(name: str, text: IO[str]) -> Iterator[Entry]:
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        try:
            yield Entry("", json.loads(line), f"{name}:{number}")
        except (ValueError, RecursionError):
            known = _ID.search(line)
            yield Entry("", {"id": known[1]} if known else None, f"{name}:{number}", "the line is not JSON")


def _rows(name: str, file: IO[bytes]) -> Iterator[Entry]:
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    sample = text.readline()
    text.seek(0)
    separator = max(",;\t|", key=sample.count) if sample else ","
    reader = csv.reader(text, delimiter=separator, strict=False)
    header = [column.strip() for column in next(reader, [])]
    line = reader.line_num + 1
    for values in reader:
        where, line = f"{name}:{line}", reader.line_num + 1
        if len(values) > len(header) and any(values[len(header) :]):
            yield Entry(Path(name).stem, dict(zip(header, values, strict=False)), where, "has more values than columns")
        elif any(values):
            yield Entry(Path(name).stem, dict(zip(header, values, strict=False)), where)


def _encoding(file: IO[bytes]) -> str:
    """UTF-8, or where the file is none, the encoding that older office programs write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _ENCODINGS[1]
    return _ENCODINGS[0]
