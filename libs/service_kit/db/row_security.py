"""Row-level security for Alembic scripts: which rows each role may touch.

    enable_rls(op, "order", {
        "web select": f"sender = {ORGANIZATION} OR receiver = {ORGANIZATION}",
        "web insert": f"sender = {ORGANIZATION} AND {ROLE} = 'buyer'",
    })
    exempt(op, "unit", "a fixed vocabulary, the same for everybody")

Every table has policies or says why not; `unprotected_tables` finds one that does neither. The owner is
not bound by policies (SECURITY DEFINER functions rely on that), so no process but the migration uses it.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

# In parentheses with SELECT, PostgreSQL computes them once a statement instead of once a row.
ORGANIZATION = "(SELECT NULLIF(current_setting('setu.organization', true), '')::uuid)"
ACCOUNT = "(SELECT NULLIF(current_setting('setu.account', true), '')::uuid)"
ROLE = "(SELECT NULLIF(current_setting('setu.role', true), ''))"
# for `district = ANY (…)`, hence an expression and no sub-select
DISTRICTS = "string_to_array(NULLIF(current_setting('setu.districts', true), ''), ',')::int[]"


class Operations(Protocol):
    """What is used of Alembic's `op`: the module itself fits as well as an `alembic.operations.Operations`."""

    def execute(self, sqltext: str, /) -> Any:
        """Run a statement."""

    def get_bind(self) -> Connection:
        """The connection of the migration."""
        ...


_EXEMPT = "no row-level security: "
_COMMANDS = ("all", "select", "insert", "update", "delete")


def enable_rls(op: Operations, table: str, policies: Mapping[str, str]) -> None:
    """Close the table, then let roles in by SQL conditions.

    Keys are a role (`web`, `worker`) for every command, or role and command (`web select`, `web insert`,
    `web update`, `web delete`). For reading, a condition says which rows are seen; for writing, which rows
    may stand there afterwards too. The worker sees all unless it is named.
    """
    short = _short(op)
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    names_worker = any(key.partition(" ")[0] == "worker" for key in policies)
    for key, condition in (policies if names_worker else {"worker": "true", **policies}).items():
        role, _, command = key.partition(" ")
        _create_policy(op, table, f"{short}_{role}", command or "all", condition)


def exempt(op: Operations, table: str, reason: str) -> None:
    """Say in the catalogue why a table needs no policy."""
    quoted = (_EXEMPT + reason).replace("'", "''")
    op.execute(f"COMMENT ON TABLE \"{table}\" IS '{quoted}'")


def role_name(op: Operations, role: str) -> str:
    """The full name of the service's `web`, `worker` or `owner` role, for GRANTs in a script."""
    return f"{_short(op)}_{role}"


def unprotected_tables(connection: Connection | Session) -> list[str]:
    """Tables of the schema that have neither a policy nor a reason for having none."""
    return list(connection.scalars(text(_UNPROTECTED), {"exempt": _EXEMPT + "%"}))


_UNPROTECTED = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT (c.relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
  AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE :exempt
ORDER BY c.relname
"""


def _create_policy(op: Operations, table: str, role: str, command: str, condition: str) -> None:
    if command not in _COMMANDS:
        raise ValueError(f"no such command: {command}")
    using = "" if command == "insert" else f" USING ({condition})"
    check = "" if command in ("select", "delete") else f" WITH CHECK ({condition})"
    op.execute(f'CREATE POLICY "{role}_{command}" ON "{table}" FOR {command.upper()} TO "{role}"{using}{check}')


def _short(op: Operations) -> str:
    owner = str(op.get_bind().scalar(text("SELECT current_user")))
    if not owner.endswith("_owner"):
        raise RuntimeError(f"migrations run as the <service>_owner role, not as {owner}")
    return owner.removesuffix("_owner")
