"""A district's last held meeting, or its first one, says how far it was told that none was held since."""

from alembic import op

revision = "0033_silence_told"
down_revision = "0032_own_agreements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE meeting ADD COLUMN silence_told integer NOT NULL DEFAULT 0")
