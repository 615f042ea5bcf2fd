"""Bulk insert by one prepared statement for any number of rows.

The rows travel as one JSON document, which PostgreSQL reads back by the table's own column types. Only for rows that
all have the same keys, of UUIDs, instants, texts, numbers and booleans.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from notification_service.store.tables import Base, table_of


def insert_all(session: Session, row: type[Base], rows: Sequence[Mapping[str, object]], conflict: str) -> None:
    """Insert the rows; `conflict` is the SQL that follows them, such as `ON CONFLICT DO NOTHING`."""
    if rows:
        session.execute(_insertion(row, tuple(rows[0]), conflict), {"rows": json.dumps(rows, default=str)})


@cache
def _insertion(row: type[Base], names: tuple[str, ...], conflict: str) -> TextClause:
    table, columns = table_of(row).name, ", ".join(names)
    source = f"json_populate_recordset(NULL::{table}, CAST(:rows AS json))"
    return text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {source} {conflict}")  # noqa: S608 (our names)
