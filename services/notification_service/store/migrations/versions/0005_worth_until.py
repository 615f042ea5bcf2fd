"""A message has a moment after which it is not worth sending."""

from alembic import op

revision = "0005_worth_until"
down_revision = "0004_survivors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE delivery ADD COLUMN worth_until timestamptz")
    op.execute("UPDATE delivery SET worth_until = expires_at")
    op.execute("ALTER TABLE delivery ALTER COLUMN worth_until SET NOT NULL")
