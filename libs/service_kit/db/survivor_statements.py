"""Statements that put lines of the survivor log on top of a restored dump.

Promises: they may run twice; a column that the dump does not have is left out, so that a backup of an older release
takes the log of a newer one. Values are literals, quoted by psycopg: the statements go through a pipe to `psql`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from psycopg import sql

from service_kit.db.survivors import Line, Survivor


def statements_of(
    lines: Iterable[Line], survivors: Sequence[Survivor], columns: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """One for each line, in the order of the survivors; `columns` of each table, as the dump has them."""
    by_table: dict[str, list[Line]] = {}
    for line in lines:
        by_table.setdefault(line.table, []).append(line)
    for survivor in survivors:
        known = set(columns.get(survivor.table, ()))
        for line in by_table.get(survivor.table, ()):
            if known:
                yield _statement(survivor, line, known).as_string(None)


def _statement(survivor: Survivor, line: Line, known: set[str]) -> sql.Composed:
    names = {
        "table": sql.Identifier(survivor.table),
        "key": sql.Identifier(survivor.key),
        "id": sql.Literal(line.id),
        "only_if": sql.SQL(survivor.only_if),
    }
    if line.row is None:
        return sql.SQL("DELETE FROM {table} WHERE {key}::text = {id}").format(**names)
    told = {name: value for name, value in line.row.items() if name in known}
    columns = [sql.Identifier(name) for name in told if name != survivor.key]
    row = sql.SQL("jsonb_populate_record(NULL::{table}, {row}::jsonb)").format(
        table=names["table"], row=sql.Literal(json.dumps(told))
    )
    if survivor.only_updates:
        sets = sql.SQL(", ").join(sql.SQL("{name} = told.{name}").format(name=name) for name in columns)
        update = "UPDATE {table} AS here SET {sets} FROM {row} AS told WHERE here.{key}::text = {id} AND ({only_if})"
        return sql.SQL(update).format(**names, sets=sets, row=row)
    sets = sql.SQL(", ").join(sql.SQL("{name} = EXCLUDED.{name}").format(name=name) for name in columns)
    insert = "INSERT INTO {table} SELECT * FROM {row} AS told WHERE {only_if} ON CONFLICT ({key}) DO UPDATE SET {sets}"
    return sql.SQL(insert).format(**names, sets=sets, row=row)
