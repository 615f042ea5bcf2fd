"""Multi-table INSERT: rows of several tables, written by one statement in one round trip.

Why: a submission leaves ten rows behind, and a round trip for each costs a third of its requests a second
(`ops/bench/submit.py`). Promises: all or nothing; the statement is built once for each list of tables and columns, so
SQLAlchemy compiles it once. When not to use it: where one row needs what the database makes of another.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Select, Table, bindparam, insert, literal, select
from sqlalchemy.orm import Session

TableRow = tuple[Table, Mapping[str, object]]
"""A table, and the values of its columns by name."""


def insert_rows(session: Session, rows: Sequence[TableRow]) -> None:
    """Insert each of the rows, in no order; foreign keys are checked when all are in. None leaves a column out."""
    given = [{name: value for name, value in values.items() if value is not None} for _table, values in rows]
    statement = _insert_into(tuple((table, tuple(row)) for (table, _values), row in zip(rows, given, strict=True)))
    session.execute(statement, {_bound(name, at): value for at, row in enumerate(given) for name, value in row.items()})


@lru_cache(maxsize=128)
def _insert_into(targets: tuple[tuple[Table, tuple[str, ...]], ...]) -> Select[int]:
    inserts = (
        insert(table).values({name: bindparam(_bound(name, at)) for name in names}).cte(f"row_{at}")
        for at, (table, names) in enumerate(targets)
    )
    return select(literal(1)).add_cte(*inserts)


def _bound(column: str, at: int) -> str:
    return f"{column}_{at}"
