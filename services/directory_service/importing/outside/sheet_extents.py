"""Limit of how far out the cells of a sheet stand, known before the library reads it.

The library keeps every cell between the first and the last one in memory: one cell in the last corner makes seventeen
thousand million of them, of a file of a kilobyte. Here the sheet's XML is read past without keeping it. Cells that say
nothing (a style alone) do not count, as they do not for the library.
"""

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from posixpath import join, normpath
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile

from directory_service.importing.outside.unreadable import CannotRead

MOST_CELLS = 5_000_000  # between the first cell of a sheet and its last; some 150 MB
_REFERENCE = re.compile(r"([A-Z]{1,5})([0-9]{1,10})")
_PARTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")  # of Office Open XML: the sheets, and where each lies
_CONTENT = "content.xml"  # of an OpenDocument file, with all sheets
_OPEN_DOCUMENT = ".ods"
Attributes = Mapping[str, str]


class SheetLimit:
    """The limit of one file's sheets; `name`: of the file. The workbook's list of sheets is read once. Not for .xls.

    Which kind it is follows from the file's ending, as for the library: a member's name is whatever its maker likes.
    """

    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive, self._name = archive, name
        self._members = {each.lower(): each for each in archive.namelist()}

    def check(self, sheet: str) -> None:
        """Raises CannotRead where a cell of this sheet stands too far out. OpenDocument: `check_open_document`."""
        if self._name.lower().endswith(_OPEN_DOCUMENT):
            return
        try:
            scan = _Worksheet()
            with self._archive.open(self._members[self._member_of(sheet)]) as file:
                _parse(file, scan)
        except (KeyError, ValueError, ExpatError, BadZipFile) as error:
            raise CannotRead(f"{self._name} is not readable: the sheet {sheet} is damaged ({error})") from None
        check_extent(self._name, sheet, scan.rows, scan.columns)

    def _member_of(self, sheet: str) -> str:
        """The member, in small letters, that holds a sheet of an Office Open XML file. Raises KeyError."""
        target = self._sheets.targets[self._sheets.ids[sheet]]
        return (target.lstrip("/") if target.startswith(("/", "xl/")) else normpath(join("xl", target))).lower()

    @cached_property
    def _sheets(self) -> "_Sheets":
        found = _Sheets()
        for part in _PARTS:
            with self._archive.open(self._members[part]) as file:
                _parse(file, found)
        return found


def check_open_document(archive: ZipFile, name: str) -> None:
    """The same of every sheet of an OpenDocument file, which the library reads as it opens it."""
    if _CONTENT not in archive.namelist():
        return
    try:
        scan = _OpenDocument()
        with archive.open(_CONTENT) as file:
            _parse(file, scan)
    except (ValueError, ExpatError, BadZipFile) as error:
        raise CannotRead(f"{name} is not readable: it is no spreadsheet, or damaged ({error})") from None
    for sheet, (rows, columns) in scan.sheets.items():
        check_extent(name, sheet, rows, columns)


def check_extent(name: str, sheet: str, rows: int, columns: int) -> None:
    """Raises CannotRead where a sheet has too many cells between its first and its last."""
    if rows * columns > MOST_CELLS:
        reason = f"in the sheet {sheet} a cell stands too far out: it has {rows:,} lines and {columns:,} columns"
        most = f"together they may have {MOST_CELLS:,} cells"
        raise CannotRead(f"{name} is not readable: {reason}, and {most}; delete what stands apart from the table")


class _Scan:
    """What is told of the elements of an XML file."""

    def begin(self, element: str, said: Attributes) -> None:
        """An element begins; its name is without its prefix, those of its attributes are as they stand."""
        raise NotImplementedError


class _Worksheet(_Scan):
    """Of an Office Open XML sheet: a cell that says nothing of where it stands follows the one before."""

    def __init__(self) -> None:
        self.rows = self.columns = self._row = self._column = 0
        self._at: str | None = None

    def begin(self, element: str, said: Attributes) -> None:
        if element == "c":
            self._at, self._column = said.get("r"), self._column + 1
        elif element in {"v", "is"}:
            row, self._column = _cell(self._at) if self._at else (self._row, self._column)
            self.rows, self.columns = max(self.rows, row), max(self.columns, self._column)
        elif element == "row":
            self._row, self._column = int(said.get("r") or self._row + 1), 0


class _OpenDocument(_Scan):
    """Of an OpenDocument file: a row and a cell may stand for many."""

    def __init__(self) -> None:
        self.sheets: dict[str, tuple[int, int]] = {}
        self._sheet = ""
        self._rows = self._columns = 0

    def begin(self, element: str, prefixed: Attributes) -> None:
        said = {_local(name): value for name, value in prefixed.items()}
        if element == "table":
            self._sheet, self._rows = said.get("name", ""), 0
        elif element == "table-row":
            self._rows, self._columns = self._rows + int(said.get("number-rows-repeated", "1")), 0
        elif element in {"table-cell", "covered-table-cell"}:
            self._columns += int(said.get("number-columns-repeated", "1"))
        if element == "p" or "value-type" in said or "formula" in said:
            rows, columns = self.sheets.get(self._sheet, (0, 0))
            self.sheets[self._sheet] = max(rows, self._rows), max(columns, self._columns)


def _parse(file: IO[bytes], scan: _Scan) -> None:
    parser = ParserCreate()
    parser.StartElementHandler = lambda element, said: scan.begin(_local(element), said)
    parser.ParseFile(file)


@lru_cache(1_000)
def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _cell(reference: str) -> tuple[int, int]:
    """Row and column, from 1. Raises ValueError."""
    found = _REFERENCE.fullmatch(reference.upper())
    if found is None:
        raise ValueError(f"{reference[:20]!r} is no cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


class _Sheets(_Scan):
    """Of a workbook: the relation of each sheet; of its relations: where each leads."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.targets: dict[str, str] = {}

    def begin(self, element: str, said: Attributes) -> None:
        if element == "sheet":
            relation = next((value for name, value in said.items() if name.endswith(":id")), "")
            self.ids.setdefault(said["name"], relation)
        elif element == "Relationship":
            self.targets[said["Id"]] = said["Target"]
