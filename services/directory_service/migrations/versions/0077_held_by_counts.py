"""Which training sessions the clock took for held because units counted who came: the coordinator may undo these."""

from alembic import op

revision = "0077_held_by_counts"
down_revision = "0076_contacts_blanked"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE training_session ADD COLUMN held_by_counts boolean NOT NULL DEFAULT false")
