"""Databases, roles and tables of the three services, made and migrated in one process.

Why: three interpreters more would cost three seconds of the twenty that a start may take.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg

from local_stack.environment import Environments
from local_stack.layout import SERVICES
from service_kit.db import migrate, provision
from service_kit.db.provision import libpq


def prepare_databases(environments: Environments) -> None:
    """Make what is missing and migrate to the newest schema; each service's database by itself, so together."""
    with ThreadPoolExecutor(max_workers=len(SERVICES)) as pool:
        for done in [pool.submit(_prepare, environments, service) for service in SERVICES]:
            done.result()


def accounts_since(url: str) -> tuple[int, date | None]:
    """How many accounts a directory's database has, and since when (a day in UTC); `url`: of its worker or owner."""
    with psycopg.connect(libpq(url), connect_timeout=5) as database:
        found = database.execute(
            "SELECT count(DISTINCT account_id), min(started_at AT TIME ZONE 'UTC')::date FROM membership"
        )
        (count, since) = found.fetchone() or (0, None)
    return count, since


def _prepare(environments: Environments, service: str) -> None:
    roles = ("owner", "web", "worker")
    passwords = {role: environments.secrets[f"{service.upper()}_{role.upper()}_PASSWORD"] for role in roles}
    provision.provision(environments.database_url, service, passwords)
    migrate.upgrade(service, environments.database(service, "owner"))
