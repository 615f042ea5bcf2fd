"""A process of the release before can plan messages: it says nothing of how long one is worth sending.

The database then gives the longest that the list of a referrer holds a notice.
"""

from alembic import op

revision = "0008_release_before_plans"
down_revision = "0007_audit_log_is_read"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE delivery ALTER COLUMN worth_until SET DEFAULT now() + interval '90 days'")
