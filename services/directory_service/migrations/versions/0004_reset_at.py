"""When an account was last reset: its tokens say so, and nothing from before is shown to whoever holds it now."""

from alembic import op

revision = "0004_reset_at"
down_revision = "0003_change_feed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN reset_at timestamptz")
