"""The hour of a card's use and the day of an arrival are rounded where 0031 found them: in parts, and only those rows.

Each part is a transaction of its own, with no lock but of its rows: cards that were used, which no sending touches,
and what a card leads to, for which whoever comes with that card waits until its part is through. Whoever is interrupted
begins again: what is rounded already stays.
"""

from alembic import op

revision = "0037_rounded_in_parts"
down_revision = "0036_uses_logged_by_the_day"
branch_labels = None
depends_on = None


AT_ONCE = 5_000
_DAY = "date_trunc('day', used_at AT TIME ZONE 'Asia/Kolkata') AT TIME ZONE 'Asia/Kolkata'"
_CARDS = f"""
WITH part AS (
    SELECT max(number) AS last
    FROM (SELECT number FROM card WHERE number > %(after)s ORDER BY number LIMIT %(most)s) AS next
), rounded AS (
    UPDATE card SET used_at = {_DAY}
    WHERE number > %(after)s AND number <= (SELECT last FROM part) AND used_at <> {_DAY}
)
SELECT last FROM part
"""
_ARRIVALS = """
WITH part AS (
    SELECT code_mac AS last FROM (
        SELECT code_mac FROM card_holder WHERE code_mac > %(after)s ORDER BY code_mac LIMIT %(most)s
    ) AS next ORDER BY code_mac DESC LIMIT 1
), rounded AS (
    UPDATE card_holder SET arrived_on = handed_out_on
    WHERE code_mac > %(after)s AND code_mac <= (SELECT last FROM part) AND arrived_on <> handed_out_on
)
SELECT last FROM part
"""  # PostgreSQL 15 has no max(bytea)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        _in_parts(_CARDS, "")
        _in_parts(_ARRIVALS, b"")


def _in_parts(statement: str, before_all: str | bytes) -> None:
    last: str | bytes | None = before_all
    while last is not None:
        last = op.get_bind().exec_driver_sql(statement, {"after": last, "most": AT_ONCE}).scalar()
