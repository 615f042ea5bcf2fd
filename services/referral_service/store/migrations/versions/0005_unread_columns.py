"""Columns that nothing reads any more may be left empty, and indexes that no query uses are gone.

A process of the release before still writes the columns while it is being replaced, so they stay until the next
release, which drops them. When a question was asked stands in `task_event`; who printed cards and who acted when, in
the audit log.
"""

from alembic import op

revision = "0005_unread_columns"
down_revision = "0004_somebody_is_home"
branch_labels = None
depends_on = None

_UNREAD = """
DROP INDEX card_unit, directory_service_organization;
ALTER TABLE card ALTER COLUMN printed_at DROP NOT NULL;
ALTER TABLE question ALTER COLUMN asked_at DROP NOT NULL;
"""


def upgrade() -> None:
    op.execute(_UNREAD)
