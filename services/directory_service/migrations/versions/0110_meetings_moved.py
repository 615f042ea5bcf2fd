"""A meeting that was moved keeps when it was to begin before, so that its page says from when to when.

Of one that was moved before the upgrade nobody knows it.
"""

from alembic import op

revision = "0110_meetings_moved"
down_revision = "0102_narrower_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE meeting ADD COLUMN moved_from timestamptz")
