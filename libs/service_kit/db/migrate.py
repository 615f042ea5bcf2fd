"""Migrations with Alembic, run the same way in each service.

A service has `store/migrations/env.py` (one that is divided by subjects: `migrations/env.py`), which imports its
tables and calls `run_env(metadata)`, and numbered scripts in `versions/` beside it. `upgrade` runs them as the owner
role under an advisory lock, so that several machines starting at once do it once. Scripts take the kit's tables from
`db/migration_helpers.py`, and policies with their scope conditions from `db/row_security.py`. There is no downgrade: a
mistake is put right by the next migration.
"""

import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, make_url, pool, text

from service_kit.db import tables
from service_kit.db.migration_helpers import WEB_MAY_NOT
from service_kit.db.provision import short_name

_LOCK = 0x5E70_0002
_one_at_a_time = threading.Lock()  # Alembic's `op` and `context` are global to the process


def upgrade(service: str, owner_url: str) -> None:
    """Bring the service's database to the newest schema. Waits for another migration that is running."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder(service)).replace("%", "%%"))
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with _one_at_a_time, engine.connect() as lock, engine.connect() as connection:
        lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        lock.rollback()


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
