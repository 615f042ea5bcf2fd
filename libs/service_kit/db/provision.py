"""Provisioning: a database for each service, with its three roles; a database administrator runs it once.

`<short>_owner` owns the schema and migrates; `<short>_web` and `<short>_worker` own nothing and get rows
through grants and row-level security. Safe to run again: roles and grants are brought to what is said
here, a database that exists is kept.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql
from sqlalchemy import make_url

ROLES = ("owner", "web", "worker")
_LOCK = 0x5E70_0001  # administrators take turns: roles belong to the whole cluster


def provision(admin_url: str, service: str, passwords: Mapping[str, str]) -> None:
    """Create or repair database `setu_<short>` and its roles.

    `service` is the short name (`orders`) or the long one (`orders_service`); `passwords` maps
    `owner`, `web`, `worker` to passwords (a role left out gets none: only `trust` or `peer` let it in).
    """
    short = short_name(service)
    with psycopg.connect(libpq(admin_url), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        ensure_roles(admin, short, passwords)
        create_database(admin, short, f"setu_{short}")
        close_other_databases(admin)
    prepare_database(admin_url, short, f"setu_{short}")


def short_name(service: str) -> str:
    """`orders` for `orders` and for `orders_service`."""
    return service.removesuffix("_service")


def libpq(url: str, database: str | None = None) -> str:
    """A URL as libpq reads it (no SQLAlchemy driver name), perhaps for another database of the server."""
    parsed = make_url(url).set(drivername="postgresql")
    return (parsed.set(database=database) if database else parsed).render_as_string(hide_password=False)


def ensure_roles(admin: psycopg.Connection, short: str, passwords: Mapping[str, str]) -> None:
    """The three roles, able to sign in and to nothing else by themselves."""
    for role in ROLES:
        name = sql.Identifier(f"{short}_{role}")
        if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [f"{short}_{role}"]).fetchone():
            admin.execute(sql.SQL("CREATE ROLE {}").format(name))
        admin.execute(
            sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                name, sql.Literal(passwords.get(role))
            )
        )
    web = sql.Identifier(f"{short}_web")
    admin.execute(sql.SQL("ALTER ROLE {} SET statement_timeout = '15s'").format(web))
    admin.execute(sql.SQL("ALTER ROLE {} SET idle_in_transaction_session_timeout = '30s'").format(web))
    for role in ("web", "worker"):
        # What policies make of a plan of milliseconds looks dear, and to compile it takes seconds.
        admin.execute(sql.SQL("ALTER ROLE {} SET jit = off").format(sql.Identifier(f"{short}_{role}")))


def create_database(admin: psycopg.Connection, short: str, database: str, template: str | None = None) -> None:
    """The database, owned by the owner role, in UTF-8. One that exists is kept.

    A `template` of ours is copied by file, which is half the work and wants a checkpoint: for servers of tests.
    """
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        return
    copied = sql.SQL("{} STRATEGY FILE_COPY").format(sql.Identifier(template)) if template else sql.SQL("template0")
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE {}").format(
            sql.Identifier(database), sql.Identifier(f"{short}_owner"), copied
        )
    )


def close_other_databases(admin: psycopg.Connection) -> None:
    """Nobody but a superuser, or who is granted it by name, connects to the server's own databases.

    PostgreSQL lets everybody in by default, so our roles, too.
    """
    there = admin.execute("SELECT datname FROM pg_database WHERE datname IN ('postgres', 'template1')").fetchall()
    for (name,) in there:
        admin.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def prepare_database(admin_url: str, short: str, database: str) -> None:
    """Who may connect, and what the web and worker roles may do with tables made later."""
    names = {role: sql.Identifier(f"{short}_{role}") for role in ROLES}
    with psycopg.connect(libpq(admin_url, database)) as admin:
        for statement in _PREPARE:
            admin.execute(sql.SQL(statement).format(database=sql.Identifier(database), **names))


_PREPARE = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {owner}, {web}, {worker}",
    "ALTER SCHEMA public OWNER TO {owner}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {web}, {worker}",
    (
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web}, {worker}"
    ),
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE ON SEQUENCES TO {web}, {worker}",
    # a SECURITY DEFINER function is a door: each is opened by a grant of its own
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
)
