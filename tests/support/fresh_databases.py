"""A database of its own for a test, cloned from a template that was migrated once for all tests and runs.

The template's name carries a digest of the migrations, so a changed migration makes a new one; it says that
all sessions that ended have been told. Cloning is the dearest
thing that most tests do, so a clone is used again by the next test, emptied and under a new name (what a test left
running finds nothing), if the last one changed rows only: whatever it did to the schema, to rights or to the rows that
the migrations put there, ends with its clone.
"""

import hashlib
import importlib
import itertools
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from psycopg import sql
from sqlalchemy import create_engine, make_url, pool

from service_kit.db import migrate, provision
from service_kit.db.migration_helpers import create_kit_tables

KIT = Path(migrate.__file__).parent
_LOCK = 0x5E70_0100


@dataclass(frozen=True)
class Urls:
    """One database, as each of its roles."""

    owner: str
    web: str
    worker: str
    superuser: str


@dataclass(frozen=True)
class Clone:
    """A database that was cloned, and what it was like then: `tables` has a digest of each with rows, `rows` them."""

    name: str
    catalogue: str
    tables: Mapping[str, str]
    rows: Mapping[str, bytes]
    sequences: Sequence[tuple[str, int, bool]]


class FreshDatabases:
    """Makes databases on the server of a superuser's URL. Services: directory, referral, notification, and `kit`,
    which has the kit's tables and nothing else. One connection is kept: making one costs as much as cleaning does."""

    def __init__(self, superuser_url: str) -> None:
        self.superuser_url = superuser_url
        self._templates: dict[str, str] = {}  # by service
        self._idle: dict[str, list[Clone]] = {}  # by service; emptied clones that wait for the next test
        self._admin = psycopg.connect(provision.libpq(superuser_url), autocommit=True)

    @contextmanager
    def clone(self, service: str) -> Iterator[Urls]:
        """A migrated, empty database, as each of its roles; nobody else has it until the block ends."""
        short = provision.short_name(service)
        template = self._templates.get(short) or self._template(short)
        name = f"{template}_{uuid.uuid4().hex[:12]}"
        clone = self._again(short, name) or self._anew(short, template, name)
        try:
            yield self._urls(short, name)
        finally:
            self._give_back(short, clone)

    def close(self) -> None:
        """Drop what waits."""
        for clone in itertools.chain.from_iterable(self._idle.values()):
            self._drop(clone.name)
        self._admin.close()

    def _again(self, short: str, name: str) -> Clone | None:
        waiting = self._idle.get(short)
        if not waiting:
            return None
        clone = waiting.pop()
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        try:
            self._admin.execute(rename.format(sql.Identifier(clone.name), sql.Identifier(name)))
        except psycopg.errors.ObjectInUse:  # a thread of the last test connected once more, and may have written
            self._drop(clone.name)
            return None
        return replace(clone, name=name)

    def _anew(self, short: str, template: str, name: str) -> Clone:
        provision.create_database(self._admin, short, name, template)
        provision.prepare_database(self.superuser_url, short, name)
        with self._inside(name) as database:
            return picture(database, name)

    def _give_back(self, short: str, clone: Clone) -> None:
        try:
            self._disconnect(clone.name)
            with self._inside(clone.name) as database:
                again = put_back(database, clone)
        except psycopg.Error:
            again = False
        if again:
            self._idle.setdefault(short, []).append(clone)
        else:
            self._drop(clone.name)

    def _disconnect(self, name: str) -> None:
        """End all connections at once; PostgreSQL's own wait for the end of one looks only every 100 ms."""
        ends = time.monotonic() + 5
        while self._admin.execute(_END, [name]).rowcount and time.monotonic() < ends:
            self._admin.execute("SELECT pg_sleep(0.005)")

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _inside(self, name: str) -> psycopg.Connection:
        return psycopg.connect(provision.libpq(self.superuser_url, name), autocommit=True)

    def _template(self, short: str) -> str:
        name = f"setu_t_{short}_{DIGESTS[short]}"
        self._admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            if not self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                self._make_template(short, name)
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        self._templates[short] = name
        return name

    def _make_template(self, short: str, name: str) -> None:
        provision.ensure_roles(self._admin, short, dict.fromkeys(provision.ROLES, self._password()))
        making = f"{name}_making"  # a migration that fails leaves no template behind
        self._drop(making)
        provision.create_database(self._admin, short, making)
        provision.prepare_database(self.superuser_url, short, making)
        _migrate(short, self._urls(short, making).owner)
        with self._inside(making) as database:
            database.execute(_ALL_IS_TOLD)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        self._admin.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))

    def _urls(self, short: str, name: str) -> Urls:
        base = make_url(self.superuser_url).set(drivername="postgresql", database=name)
        roles = {
            role: base.set(username=f"{short}_{role}", password=self._password()).render_as_string(hide_password=False)
            for role in provision.ROLES
        }
        return Urls(**roles, superuser=base.render_as_string(hide_password=False))

    def _password(self) -> str:
        # the same in every process of a run, since roles belong to the whole server
        return hashlib.sha256(self.superuser_url.encode()).hexdigest()[:24]


# A service of its own has no directory that sends heartbeats or could be asked: a test that wants them late writes so.
_ALL_IS_TOLD = "INSERT INTO session_heartbeat (as_of) VALUES ('9999-01-01Z')"
_TOO_MUCH = (
    1024 * 1024
)  # bytes of rows, without their indexes: dead ones and what was noted of so many mislead the planner
_SIZE = """SELECT coalesce(sum(pg_relation_size(oid)), 0) FROM pg_class
    WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace"""
_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"

# xmin tells of every change to a row of a catalogue, and the count of what was dropped; what VACUUM and ANALYZE note
# there is changed in place. What PostgreSQL brings itself has lower numbers.
_CATALOGUE = """
SELECT string_agg(format('%s %s %s', kind, rows, newest), ',') FROM (
    SELECT 'class' AS kind, count(*) AS rows, max(xmin::text::bigint) AS newest FROM pg_class
        WHERE oid >= 16384 AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'attribute', count(*), max(a.xmin::text::bigint)
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid AND c.oid >= 16384
        WHERE attrelid >= 16384 AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'default', count(*), max(xmin::text::bigint) FROM pg_attrdef
    UNION ALL SELECT 'constraint', count(*), max(xmin::text::bigint) FROM pg_constraint
        WHERE oid >= 16384 AND connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', count(*), max(xmin::text::bigint) FROM pg_trigger
    UNION ALL SELECT 'policy', count(*), max(xmin::text::bigint) FROM pg_policy
    UNION ALL SELECT 'proc', count(*), max(xmin::text::bigint) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT 'namespace', count(*), max(xmin::text::bigint) FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL SELECT 'acl', count(*), max(xmin::text::bigint) FROM pg_default_acl
    UNION ALL SELECT 'event', count(*), max(xmin::text::bigint) FROM pg_event_trigger
    UNION ALL SELECT 'setting ' || setrole || coalesce(setconfig::text, ''), 1, 0 FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
) AS everything
"""
# a table without a block never had a row
_TABLES = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND pg_relation_size(oid) > 0 ORDER BY relname"""
_SEQUENCES = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"


def _value(database: psycopg.Connection, query: str, *parameters: Any) -> Any:
    row = database.execute(query.encode(), parameters or None).fetchone()
    assert row is not None
    return row[0]


def _tables(database: psycopg.Connection) -> dict[str, str]:
    """A digest of the rows of every table that has any."""
    one = sql.SQL("SELECT {}, (SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} AS t)")
    names = [name for (name,) in database.execute(_TABLES).fetchall()]
    each = [one.format(sql.Literal(name), sql.Identifier(name)) for name in names]
    found = database.execute(sql.SQL(" UNION ALL ").join(each)).fetchall() if each else []
    return {name: digest for name, digest in found if digest is not None}


def picture(database: psycopg.Connection, name: str) -> Clone:
    """What the database is like now, for `put_back`."""
    tables = _tables(database)
    return Clone(
        name,
        catalogue=_value(database, _CATALOGUE),
        tables=tables,
        rows={table: _copied(database, table) for table in tables},
        sequences=database.execute(_SEQUENCES).fetchall(),
    )


def _copied(database: psycopg.Connection, table: str) -> bytes:
    with database.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(block) for block in copy)


def put_back(database: psycopg.Connection, clone: Clone) -> bool:
    """Put rows and sequences back; False where more than those has changed, or so much that its traces cost time."""
    if _value(database, _CATALOGUE) != clone.catalogue:
        return False
    now = _tables(database)
    changed = [table for table in now.keys() | clone.tables.keys() if now.get(table) != clone.tables.get(table)]
    if _value(database, _SIZE, changed) > _TOO_MUCH:
        return False
    database.execute("SET session_replication_role = replica")  # no triggers, no foreign keys: order does not matter
    for table in changed:
        database.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        if table in clone.rows:
            with database.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                copy.write(clone.rows[table])
    for sequence, value, used in clone.sequences:
        database.execute("SELECT setval(%s::regclass, %s, %s)", [sql.Identifier(sequence).as_string(), value, used])
    return True


def _migrate(short: str, owner_url: str) -> None:
    if short != "kit":
        migrate.upgrade(short, owner_url)
        return
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.begin() as connection:
        create_kit_tables(Operations(MigrationContext.configure(connection)))


def _digest(short: str) -> str:
    files = sorted([*KIT.rglob("*.py"), *([] if short == "kit" else _tables_and_migrations(short))])
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:10]


def _tables_and_migrations(short: str) -> list[Path]:
    package = Path(str(importlib.import_module(f"{short}_service").__file__)).parent
    return [path for path in package.rglob("*.py") if {"store", "migrations"} & set(path.parts)]


# taken once, when the modules are loaded too: a file that changes during a run is not mixed with what runs
DIGESTS = {short: _digest(short) for short in ("kit", "directory", "referral", "notification")}
