"""Multi-table INSERT: rows of several tables, written by one statement in one round trip.

Why: a submission leaves ten rows behind, and a round trip for each costs a third of its requests a second
(`ops/bench/submit.py`). Promises: all or nothing; the statement is built once for each list of tables and columns, and
for each way in which values are equal, so SQLAlchemy compiles it once. When not to use it: where one row needs what the
database makes of another.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from uuid import UUID

from sqlalchemy import Integer, Select, Table, bindparam, insert, literal_column, select
from sqlalchemy.orm import Session

TableRow = tuple[Table, Mapping[str, object]]
"""A table, and the values of its columns by name."""


def insert_rows(session: Session, rows: Sequence[TableRow]) -> None:
    """Insert each of the rows, in no order; foreign keys are checked when all are in. None leaves a column out.

    A value that stands in several columns of one type is bound once: psycopg reads a statement of more than 50
    parameters or 4096 characters anew each time. A flag only for columns of the same name, for else each combination of
    flags would be a statement of its own.
    """
    names: dict[object, str] = {}
    given: dict[str, object] = {}
    targets = []
    for table, values in rows:
        types, columns = _types(table), []
        for column, value in values.items():
            if value is None:
                continue
            name = names.setdefault((types[column], _binding_key(column, value)), f"v{len(given)}")
            given[name] = value
            columns.append((column, name))
        targets.append((table, tuple(columns)))
    session.execute(_insert_into(tuple(targets)), given)


def _binding_key(column: str, value: object) -> object:
    """What is equal for values that are bound as one; an id stands for a value for as long as somebody holds that."""
    if isinstance(value, bool):
        return column, value
    return id(value) if isinstance(value, (UUID, list)) else value  # a list has no hash, and a UUID's own is slow


@cache
def _types(table: Table) -> Mapping[str, type]:
    return {column.name: type(column.type) for column in table.columns}


@lru_cache(maxsize=512)
def _insert_into(targets: tuple[tuple[Table, tuple[tuple[str, str], ...]], ...]) -> Select[int]:
    inserts = (
        insert(table).values({column: bindparam(name) for column, name in columns}).cte(f"row_{at}")
        for at, (table, columns) in enumerate(targets)
    )
    return select(literal_column("1", Integer)).add_cte(*inserts)
