"""Copies of a directory's rows under ids of their own, made in the database: many services without their import.

Of each organisation, place and service every UUID in row and documents gets another beginning; what is the same in all
copies are the words. Triggers note the changes as for any edit, and they are numbered as the worker does.
"""

from collections.abc import Iterator

import psycopg
from psycopg import sql

from directory_service.listings.store.change_feed import number_changes
from service_kit.db.engine import Database

_TABLES = ("organization", "location", "service", "service_at_location")
_DOCUMENTS = frozenset({"document", "summary", "snapshot"})
_UUID = "([0-9a-f]{8})(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"


def copy_services(administrator_url: str, worker_url: str, imported: int, total: int) -> None:
    """Copy all rows until there are `total` services; `total` is a multiple of `imported`."""
    with psycopg.connect(administrator_url) as connection:
        for table in _TABLES:
            connection.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT * FROM {}").format(
                    sql.Identifier(f"first_{table}"), sql.Identifier(table)
                )
            )
        connection.commit()
        for number in range(1, total // imported):
            for table in _TABLES:
                connection.execute(_copy_of(connection, table, number))
            connection.commit()
    db = Database(worker_url)
    while _number(db):
        pass
    db.dispose()


def _number(db: Database) -> int:
    with db.transaction() as session:
        return number_changes(session)


def _copy_of(connection: psycopg.Connection, table: str, number: int) -> sql.Composed:
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in columns)
    values = sql.SQL(", ").join(_values(columns, f"{number:08x}"))
    where = sql.SQL(" WHERE kind = 'provider'" if table == "organization" else "")
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}{}").format(
        sql.Identifier(table), names, values, sql.Identifier(f"first_{table}"), where
    )


def _values(columns: list[tuple[str, str]], beginning: str) -> Iterator[sql.Composable]:
    for name, kind in columns:
        column = sql.Identifier(name)
        renamed = sql.SQL("regexp_replace({}, {}, {}, 'g')")
        pattern, new = sql.Literal(_UUID), sql.Literal(f"{beginning}\\2")
        if kind == "uuid":
            yield sql.SQL("({})::uuid").format(renamed.format(sql.SQL("{}::text").format(column), pattern, new))
        elif kind == "jsonb":
            yield sql.SQL("({})::jsonb").format(renamed.format(sql.SQL("{}::text").format(column), pattern, new))
        elif kind == "bytea" and name in _DOCUMENTS:
            text = sql.SQL("convert_from({}, 'UTF8')").format(column)
            yield sql.SQL("convert_to({}, 'UTF8')").format(renamed.format(text, pattern, new))
        else:
            yield column
