"""Since when an organisation has been closing: a provider's team gets a month to finish."""

from alembic import op

revision = "0050_closing_since"
down_revision = "0049_hands_of_coordinators"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE organization ADD COLUMN closing_since timestamptz")
    op.execute("UPDATE organization SET closing_since = now() WHERE status = 'closing'")
