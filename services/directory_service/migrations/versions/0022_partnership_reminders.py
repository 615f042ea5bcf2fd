"""What was told of meetings, actions and handovers, so that each step is told once."""

from alembic import op

revision = "0022_partnership_reminders"
down_revision = "0021_agreements"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE meeting ADD COLUMN reminded integer;
ALTER TABLE meeting_action ADD COLUMN reminded integer;
ALTER TABLE handover ADD COLUMN told_coordinator boolean NOT NULL DEFAULT false;
"""


def upgrade() -> None:
    op.execute(COLUMNS)
