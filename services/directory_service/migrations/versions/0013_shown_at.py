"""The change feed says since when readers have been able to see a change, so that polling by time misses none.

`noted_at` and `modified_at` are told before the commit: a reader that polls by time asks for what is later than its
last look, and would miss what was committed after that look with an earlier time.
"""

from alembic import op

revision = "0013_shown_at"
down_revision = "0012_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE change ADD COLUMN shown_at timestamptz")
    op.execute("CREATE INDEX change_unseen_idx ON change (number) WHERE shown_at IS NULL")
    op.execute("UPDATE change SET shown_at = noted_at WHERE number IS NOT NULL")
