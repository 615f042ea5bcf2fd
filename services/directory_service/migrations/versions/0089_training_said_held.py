"""When the coordinator last said that a training session was held, or took that back: how long it can be taken back."""

from alembic import op

revision = "0089_training_said_held"
down_revision = "0081_guests_of_past_meetings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE training_session ADD COLUMN said_at timestamptz")
