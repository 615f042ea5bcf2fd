"""Reading a CSV file of members. Says what is wrong line by line; decides nothing about roles or accounts.

Columns: `name`, `user_name`, `role`, and optionally `organization` (an id, or its code in the registry), `phone`,
`mail`, `language`, `districts` (LGD codes, separated by spaces). UTF-8, with or without a byte order mark.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

NEEDED = ("name", "user_name", "role")
KNOWN = (*NEEDED, "organization", "phone", "mail", "language", "districts")
MOST_LINES = 5000


class BadFile(Exception):
    """The file as a whole cannot be read; the text says why in plain words."""


@dataclass(frozen=True)
class MemberLine:
    """One line of the file. `problem` is '' where its form is right."""

    number: int
    organization: UUID | None
    fields: dict[str, str]
    districts: tuple[int, ...]
    problem: str = ""


def read_member_file(path: Path, organization: UUID | None, codes: Mapping[str, UUID]) -> list[MemberLine]:
    """The file's lines; `organization` stands in where a line names none. `codes` in capitals. Raises `BadFile`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            _check_header(rows.fieldnames or [])
            lines = list(_lines(rows, organization, codes))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"The file cannot be read as UTF-8 CSV: {type(error).__name__}.") from error
    if not lines:
        raise BadFile("The file holds no line below its header.")
    return lines


def _place(cell: str, organization: UUID | None, codes: Mapping[str, UUID]) -> UUID | None:
    if not cell:
        return organization
    return codes[cell.upper()] if cell.upper() in codes else UUID(cell)


def _check_header(names: object) -> None:
    given = [str(name).strip() for name in names] if isinstance(names, (list, tuple)) else []
    missing = [name for name in NEEDED if name not in given]
    unknown = [name for name in given if name not in KNOWN]
    if missing:
        raise BadFile(f"The header lacks: {', '.join(missing)}.")
    if unknown:
        raise BadFile(f"The header has unknown columns: {', '.join(unknown)}. Known are: {', '.join(KNOWN)}.")


def _lines(rows: "csv.DictReader[str]", organization: UUID | None, codes: Mapping[str, UUID]) -> Iterator[MemberLine]:
    for row in rows:
        if rows.line_num > MOST_LINES:
            raise BadFile(f"More than {MOST_LINES} lines; split the file.")
        fields = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
        problem = "more cells than the header has" if None in row else ""
        try:
            place = _place(fields.get("organization", ""), organization, codes)
        except ValueError:
            place, problem = None, "organization is neither an id nor a code of the registry"
        try:
            districts = tuple(int(code) for code in fields.get("districts", "").split())
        except ValueError:
            districts, problem = (), "districts are LGD codes, separated by spaces"
        if place is None and not problem:
            problem = "no organization, and none given for the whole file"
        yield MemberLine(rows.line_num, place, fields, districts, problem)
