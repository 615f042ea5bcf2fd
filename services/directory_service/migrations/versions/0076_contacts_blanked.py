"""When a restore took phone number and mail address out, so that their owner is told, and nobody else."""

from alembic import op

revision = "0076_contacts_blanked"
down_revision = "0075_own_focal_points"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN contacts_blanked_at timestamptz")
