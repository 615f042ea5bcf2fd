"""Calendar feeds read their districts from the membership: the copy stays unread, and the next release drops it."""

from alembic import op

revision = "0027_unread_districts_of_feeds"
down_revision = "0026_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE calendar_feed ALTER COLUMN districts DROP NOT NULL")
