"""Migrations and mapped tables of each service say the same: whoever changes one and forgets the other is told here."""

import ast
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, create_engine, make_url, pool
from sqlalchemy.schema import SchemaItem

from directory_service.organizations.store.base import Base as DirectoryBase
from notification_service.store.tables import Base as NotificationBase
from referral_service.store.metadata import metadata as referral_metadata
from support.fresh_databases import Urls

SERVICES = Path(__file__).parents[3] / "services"
TABLES = sorted(SERVICES.glob("**/store/tables*.py"))
for path in TABLES:  # a mapped class joins its metadata when its module is imported
    import_module(".".join(path.relative_to(SERVICES).with_suffix("").parts))
SCHEMAS = {
    "directory": DirectoryBase.metadata,
    "referral": referral_metadata,
    "notification": NotificationBase.metadata,
}


UNREAD = {
    "directory": {
        *(("service", name) for name in ("accepting", "needs", "districts")),
        ("calendar_feed", "districts"),
        ("confirmation_reminder", "reminded_at"),
        ("invitation", "invited_by"),
        ("second_factor", "created_at"),
        ("ticket", "created_at"),
    },
    "referral": {("card", "printed_at"), ("question", "asked_at"), ("task_event", "organization_id")},
    "notification": {("member", "organization_kind"), ("organization", "kind")},
}
"""Columns that this release neither reads nor writes, and the next release drops: a process of the release before
writes them until it is replaced (docs/operations.md, "Upgrading")."""
IMPORTED_BY_OTHER_TABLES = {SERVICES / "directory_service" / "organizations" / "store" / "tables.py"}
MAY_BE_LEFT_OUT = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND (is_nullable = 'YES' OR column_default IS NOT NULL)
"""


@pytest.mark.parametrize("service", SCHEMAS)
def test_the_migrations_make_what_the_tables_say(fresh_database: Callable[[str], Urls], service: str) -> None:
    found = differences(fresh_database(service).owner, SCHEMAS[service])
    unread = {(one[2], one[3].name) for one in found if one[0] == "remove_column"}
    assert [one for one in found if one[0] != "remove_column"] == []
    assert unread == UNREAD[service]


@pytest.mark.parametrize("service", SCHEMAS)
def test_a_row_needs_no_column_that_the_next_release_drops(fresh_database: Callable[[str], Urls], service: str) -> None:
    with psycopg.connect(fresh_database(service).owner) as connection:
        may_be_left_out = set(connection.execute(MAY_BE_LEFT_OUT).fetchall())
    assert UNREAD[service] <= may_be_left_out


@pytest.mark.parametrize("service", SCHEMAS)
def test_migrations_know_each_file_of_tables(service: str) -> None:
    package = SERVICES / f"{service}_service"
    (env,) = package.glob("**/migrations/env.py")
    files = {path for path in TABLES if path.is_relative_to(package)}
    assert files
    assert files - _files_imported(env) <= IMPORTED_BY_OTHER_TABLES, f"{env}: import them there"


@pytest.mark.parametrize("service", SCHEMAS)
def test_a_table_is_mapped_in_a_file_of_tables(service: str) -> None:
    """Whatever else this process has imported: no other file may be what makes a table known."""
    makes_one = re.compile(r"^    __tablename__ = |^\w+ = Table\(", re.MULTILINE)
    code = (SERVICES / f"{service}_service").rglob("*.py")
    assert [path for path in code if path not in TABLES and makes_one.search(path.read_text())] == []


def test_a_column_that_no_migration_makes_is_found(fresh_database: Callable[[str], Urls]) -> None:
    narrower = MetaData()
    Table("task", narrower)
    assert differences(fresh_database("referral").owner, narrower) != []


def _files_imported(env: Path) -> set[Path]:
    """The modules that a migration's environment imports, or imports from."""
    named = [node for node in ast.walk(ast.parse(env.read_text())) if isinstance(node, ast.ImportFrom)]
    modules = {f"{node.module}.{alias.name}" for node in named for alias in node.names} | {
        node.module for node in named
    }
    return {(SERVICES / str(module).replace(".", "/")).with_suffix(".py") for module in modules}


def differences(owner: str, metadata: MetaData) -> list[Any]:
    """What Alembic would change. The kit's own tables are in no service's metadata; an index, a key or a comment that
    only the migration names is no difference: no query needs to know of it.
    """

    def is_ours(item: SchemaItem, _name: str | None, _kind: str, *_more: object) -> bool:
        table = item if isinstance(item, Table) else getattr(item, "table", None)
        return table is not None and table.name in metadata.tables

    engine = create_engine(make_url(owner).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        found = compare_metadata(context, metadata)
    return [one for one in found if one[0] not in {"remove_index", "remove_constraint", "remove_table_comment"}]
