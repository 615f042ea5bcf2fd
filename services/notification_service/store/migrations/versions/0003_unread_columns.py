"""Columns that nothing reads may be left empty: what kind an organisation is decides nothing about a notice.

A process of the release before still writes them while it is being replaced, so they stay until the next release,
which drops them.
"""

from alembic import op

revision = "0003_unread_columns"
down_revision = "0002_somebody_is_home"
branch_labels = None
depends_on = None

_UNREAD = """
ALTER TABLE organization ALTER COLUMN kind DROP NOT NULL;
ALTER TABLE member ALTER COLUMN organization_kind DROP NOT NULL;
"""


def upgrade() -> None:
    op.execute(_UNREAD)
