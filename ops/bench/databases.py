"""A new, migrated database of a service for a benchmark, gone afterwards; no benchmark itself."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from service_kit.db import migrate, provision

# No directory runs beside a benchmark: as where its heartbeats arrive, it is not asked whether a session stands.
_ALL_IS_TOLD = "INSERT INTO session_heartbeat (as_of) VALUES ('9999-01-01Z')"


@contextmanager
def service_database(service: str, admin_url: str | None = None) -> Iterator[Mapping[str, str]]:
    """URLs of the three roles and of the `administrator` there, on the tests' server or on that of `admin_url`."""
    admin_url = admin_url or os.environ["SETU_TEST_POSTGRES_URL"]
    roles, name, password = f"bench_{service}", f"setu_bench_{secrets.token_hex(4)}", secrets.token_hex(12)
    there = make_url(admin_url).set(drivername="postgresql", database=name)
    urls = {
        role: there.set(username=f"{roles}_{role}", password=password).render_as_string(hide_password=False)
        for role in provision.ROLES
    }
    with psycopg.connect(provision.libpq(admin_url), autocommit=True) as admin:
        provision.ensure_roles(admin, roles, dict.fromkeys(provision.ROLES, password))
        provision.create_database(admin, roles, name)
    provision.prepare_database(admin_url, roles, name)
    try:
        migrate.upgrade(service, urls["owner"])
        with psycopg.connect(urls["owner"]) as owner:
            owner.execute(_ALL_IS_TOLD)
        yield {**urls, "administrator": there.render_as_string(hide_password=False)}
    finally:
        with psycopg.connect(provision.libpq(admin_url), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
