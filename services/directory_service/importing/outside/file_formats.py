"""Detection of what files are: JSON, lines of JSON, a table, a spreadsheet, by their beginning and their name."""

import json
import re
from pathlib import Path

from directory_service.importing.outside.text_encoding import check_is_text, head_text
from directory_service.importing.outside.unreadable import CannotRead, CutShort
from directory_service.importing.outside.workbook_rows import ENDINGS as WORKBOOKS

TABLES = frozenset({".csv", ".tsv", ".txt"})
LINES = frozenset({".ndjson", ".jsonl"})
JSON = LINES | {".json", ".geojson"}
_ZIP = b"PK\x03\x04"
_OLD_OFFICE_FILE = b"\xd0\xcf\x11\xe0"
_HEAD = 1 << 16


def has_readable_name(name: str, endings: frozenset[str]) -> bool:
    """Whether a file of a folder or zip is one to read: it has one of the endings, and is no hidden one."""
    path = Path(name)
    return path.suffix.lower() in endings and not path.name.startswith((".", "_")) and "__MACOSX" not in path.parts


def format_of(path: Path, declared: str = "") -> str:
    """`json`, `lines`, `table` or `workbook`. Raises CannotRead, of a zip without its end CutShort."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = path.suffix.lower()
    if head.startswith((_ZIP, _OLD_OFFICE_FILE)) and suffix in WORKBOOKS:
        return "workbook"
    if head.startswith(_ZIP):
        raise CutShort(f"{path.name} is cut short: the list of files at the end of the zip is missing")
    if not head.strip():
        raise CannotRead(f"{path.name} is empty")
    text = head_text(head, declared)
    if text[:1] in {"{", "["}:
        return "lines" if suffix in LINES or _is_lines(text) else "json"
    if suffix in WORKBOOKS:
        raise CannotRead(f"{path.name} is not readable: it is no spreadsheet, or damaged")
    if suffix not in TABLES:
        raise CannotRead(f"{path.name} is not JSON, CSV, a spreadsheet or a zip")
    check_is_text(path.name, head, declared)
    if re.match(r"<(!doctype|html|\?xml)", text, re.IGNORECASE):
        raise CannotRead(f"{path.name} is not a table: it is a web page")
    return "table"


def _is_lines(text: str) -> bool:
    first, newline, rest = text.partition("\n")
    if not newline or not rest.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False
