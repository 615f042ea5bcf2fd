"""States and districts of India by their codes in the Local Government Directory (LGD), from its CSV table.

Reads the table as published ("State Code", "State Name (In English)", "District Code", "District Name (In English)",
or these without the brackets), saved as CSV, and our own seed (`sample/districts.csv`), which adds ISO 3166-2 and names
in Hindi and Bengali. Keyed by code, never by name.
Attribution: Local Government Directory, Ministry of Panchayati Raj, Government Open Data License – India.
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import (
    District,
    State,
)

COLUMNS = ("State Code", "State Name", "District Code", "District Name")
_IN_ENGLISH = re.compile(r"\(in english\)", re.IGNORECASE)


class NotADistrictTable(ValueError):
    """The file has not the columns of the LGD table."""


def import_districts(session: Session, path: Path) -> int:
    """Number of districts read. Known ones get the new name; other languages and ISO codes stay if absent."""
    rows = read_districts(path)
    write_districts(session, rows)
    return len(rows)


def read_districts(path: Path) -> list[dict[str, str]]:
    """The rows of the table, by the names of its columns. Raises `NotADistrictTable`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        reader.fieldnames = [_IN_ENGLISH.sub("", heading).strip() for heading in reader.fieldnames or ()]
        rows = list(reader)
    if not rows or any(column not in rows[0] for column in COLUMNS):
        raise NotADistrictTable(f"{path.name} needs the columns {', '.join(COLUMNS)}")
    return rows


def write_districts(session: Session, rows: Sequence[dict[str, str]]) -> None:
    """Store rows such as `read_districts` gives."""
    for row in {row["State Code"]: row for row in rows}.values():
        _write_state(session, row)
    for row in rows:
        _write_district(session, row)


def _write_state(session: Session, row: dict[str, str]) -> None:
    statement = insert(State).values(
        code=int(row["State Code"]), name=_title(row["State Name"]), iso=row.get("ISO") or ""
    )
    changes = {"name": statement.excluded.name}
    if row.get("ISO"):
        changes["iso"] = statement.excluded.iso
    session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changes))


def _write_district(session: Session, row: dict[str, str]) -> None:
    names = {language: row[language] for language in ("hi", "bn") if row.get(language)}
    statement = insert(District).values(
        code=int(row["District Code"]),
        state_code=int(row["State Code"]),
        name=_title(row["District Name"]),
        names=names,
    )
    changes = {"name": statement.excluded.name, "state_code": statement.excluded.state_code}
    if names:
        changes["names"] = statement.excluded.names
    session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changes))


def _title(name: str) -> str:
    """LGD writes many names in capitals: NEW DELHI → New Delhi, JAMMU AND KASHMIR → Jammu and Kashmir."""
    words = name.strip()
    return words.title().replace(" And ", " and ").replace(" Of ", " of ") if words.isupper() else words
