"""The record as the last import had it; and what a service's record said by leaving it out is written into it.

Until now a record without `accepting`, `cost` or `genders` meant open, free and everybody. From now on it means that
nobody said so. What was shown until now stays; an import's own guesses go with its next edition.

The columns come in a transaction of their own, and rows some thousand at a time, so that no reader waits for all of
them. Whoever is interrupted begins again: what a record says already stays.
"""

from uuid import UUID

from alembic import op

revision = "0036_imported_records"
down_revision = "0035_hidden_survives"
branch_labels = None
depends_on = None


_AT_ONCE = 5_000
_SAY = """
WITH part AS (SELECT id FROM service WHERE id > %(after)s ORDER BY id LIMIT %(most)s),
said AS (
    UPDATE service SET record = CAST(%(usual)s AS jsonb) || record FROM part
    WHERE service.id = part.id AND record <> '{}'
)
SELECT id FROM part ORDER BY id DESC LIMIT 1
"""
_USUAL = """{"accepting": "open", "cost": "free", "genders": ["woman", "man", "transgender", "other"]}"""


def upgrade() -> None:
    for table in ("organization", "location", "service"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS imported jsonb")
    with op.get_context().autocommit_block():
        last: UUID | None = UUID(int=0)
        while last is not None:
            part = {"after": last, "most": _AT_ONCE, "usual": _USUAL}
            last = op.get_bind().exec_driver_sql(_SAY, part).scalar()
