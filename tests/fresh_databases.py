"""A database of its own for a test, cloned from a template that was migrated once for all tests and runs.

The template's name carries a digest of the migrations, so a changed migration makes a new one.
"""

import hashlib
import importlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from psycopg import sql
from sqlalchemy import create_engine, make_url, pool

from service_kit.db import migrate, provision
from service_kit.db.kit_schema import create_kit_tables

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
class FreshDatabases:
    """Makes databases on the server of a superuser's URL. Services: directory, referral, notification, and `kit`,
    which has the kit's tables and nothing else."""

    superuser_url: str

    @contextmanager
    def clone(self, service: str) -> Iterator[Urls]:
        short = provision.short_name(service)
        template = self._template(short)
        name = f"{template}_{uuid.uuid4().hex[:12]}"
        with self._admin() as admin:
            provision.create_database(admin, short, name, template)
        provision.prepare_database(self.superuser_url, short, name)
        try:
            yield self._urls(short, name)
        finally:
            with self._admin() as admin:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _template(self, short: str) -> str:
        name = f"setu_t_{short}_{DIGESTS[short]}"
        with self._admin() as admin:
            admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                self._make_template(admin, short, name)
        return name

    def _make_template(self, admin: psycopg.Connection, short: str, name: str) -> None:
        provision.ensure_roles(admin, short, dict.fromkeys(provision.ROLES, self._password()))
        making = f"{name}_making"  # a migration that fails leaves no template behind
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
        provision.create_database(admin, short, making)
        provision.prepare_database(self.superuser_url, short, making)
        _migrate(short, self._urls(short, making).owner)
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(provision.libpq(self.superuser_url), autocommit=True)

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


def _migrate(short: str, owner_url: str) -> None:
    if short != "kit":
        migrate.upgrade(short, owner_url)
        return
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.begin() as connection:
        create_kit_tables(Operations(MigrationContext.configure(connection)))


def _digest(short: str) -> str:
    folders = [KIT] if short == "kit" else [KIT, _store(short)]
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:10]


def _store(short: str) -> Path:
    return Path(str(importlib.import_module(f"{short}_service").__file__)).parent / "store"


# taken once, when the modules are loaded too: a file that changes during a run is not mixed with what runs
DIGESTS = {short: _digest(short) for short in ("kit", "directory", "referral", "notification")}
