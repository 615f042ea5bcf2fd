"""Migrations with Alembic, run the same way in each service.

A service has `store/migrations/env.py` (one that is divided by subjects: `migrations/env.py`), which imports its
tables and calls `run_env(metadata)`, and numbered scripts in `versions/` beside it. `upgrade` runs them as the owner
role under an advisory lock, so that several machines starting at once do it once. Processes are at work meanwhile: a
script that waits for a table gives way after half a second, before others have queued behind it for long, and mostly
before PostgreSQL would end somebody in a deadlock (a process that had waited for the script longer than that is ended,
as in any deadlock, and tries again); then it begins again. Scripts take the kit's tables from
`db/migration_helpers.py`, and policies with their scope conditions from `db/row_security.py`. There is no downgrade: a
mistake is put right by the next migration. Alembic is loaded when something is migrated: to load it takes a sixth of
the start of every other command, which all have `migrate` beside them.
"""

import importlib
import importlib.util
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from psycopg import errors
from sqlalchemy import Connection, MetaData, create_engine, make_url, pool, text
from sqlalchemy.exc import OperationalError

from service_kit.db import tables
from service_kit.db.migration_helpers import WEB_MAY_NOT
from service_kit.db.provision import short_name

_LOCK = 0x5E70_0002
_LOCK_TIMEOUT = 500  # milliseconds; below PostgreSQL's deadlock_timeout (1 s), so that a script is the one to give way
_TRIES = 120
_TAKEN = (errors.LockNotAvailable, errors.DeadlockDetected)
_log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()  # Alembic's `op` and `context` are global to the process


def upgrade(service: str, owner_url: str) -> None:
    """Bring the service's database to the newest schema. Waits for another migration that is running."""
    command, config = importlib.import_module("alembic.command"), importlib.import_module("alembic.config").Config()
    config.set_main_option("script_location", str(migrations_folder(service)).replace("%", "%%"))
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with _one_at_a_time, engine.connect() as lock, engine.connect() as connection:
        lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        give_way(connection, lambda: command.upgrade(config, "head"))
        lock.rollback()


def give_way(connection: Connection, work: Callable[[], None], *, pause: float = 0.5) -> None:
    """Do the work on the connection; where it meets locks of others, again after a pause (seconds), 120 times at most.

    Work that was committed before it gave way is not done again only if the work itself sees to it, as Alembic does.
    Raises OperationalError where it never got its locks.
    """
    connection.execute(text(f"SET lock_timeout = {_LOCK_TIMEOUT}"))
    connection.commit()
    for tries in range(1, _TRIES + 1):
        try:
            work()
        except OperationalError as error:
            connection.rollback()
            if not isinstance(error.orig, _TAKEN) or tries == _TRIES:
                raise
            _log.warning("a migration gave way to a transaction and begins again", extra={"tries": tries})
            time.sleep(pause)
        else:
            return


def migrations_folder(service: str) -> Path:
    """Where the service keeps its Alembic environment."""
    package = f"{short_name(service)}_service"
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"there is no package {package}")
    root = Path(spec.submodule_search_locations[0])
    return root / "migrations" if (root / "migrations").is_dir() else root / "store" / "migrations"


def run_env(target: MetaData | Sequence[MetaData]) -> None:
    """The body of a service's `env.py`: run the scripts on the connection that `upgrade` opened."""
    targets = [target] if isinstance(target, MetaData) else list(target)
    context = importlib.import_module("alembic.context")
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=[tables.metadata, *(one for one in targets if one is not tables.metadata)],
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        for role in ("web", "worker"):
            name = connection.scalar(text("SELECT replace(current_user, '_owner', :role)"), {"role": f"_{role}"})
            connection.execute(text(f'REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM "{name}"'))
            if role == "web":
                connection.execute(text(WEB_MAY_NOT.format(web=name)))
        connection.execute(text("COMMENT ON TABLE alembic_version IS 'no row-level security: a version number'"))
    connection.commit()
