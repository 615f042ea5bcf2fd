"""Databases, roles and tables of the three services, made and migrated in one process.

Why: three interpreters more would cost three seconds of the twenty that a start may take.
"""

from concurrent.futures import ThreadPoolExecutor

from local_stack.layout import SERVICES
from local_stack.process_environments import Environments
from service_kit.db import migrate, provision


def prepare_databases(environments: Environments) -> None:
    """Make what is missing and migrate to the newest schema; each service's database by itself, so together."""
    with ThreadPoolExecutor(max_workers=len(SERVICES)) as pool:
        for done in [pool.submit(_prepare, environments, service) for service in SERVICES]:
            done.result()


def _prepare(environments: Environments, service: str) -> None:
    roles = ("owner", "web", "worker")
    passwords = {role: environments.secrets[f"{service.upper()}_{role.upper()}_PASSWORD"] for role in roles}
    provision.provision(environments.database_url, service, passwords)
    migrate.upgrade(service, environments.database(service, "owner"))
