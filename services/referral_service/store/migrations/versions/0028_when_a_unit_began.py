"""When a unit began to send, which a voice on its referrals asks for (domain/voices.py)."""

from alembic import op

revision = "0028_when_a_unit_began"
down_revision = "0027_clock_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("task_sender", "task", ["sender_organization", "submitted_at"])
