"""A message may end as held in a trial: planned and shown, and not sent."""

from alembic import op

revision = "0019_held_in_trial"
down_revision = "0018_session_heartbeat"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE delivery DROP CONSTRAINT delivery_state_check;
        ALTER TABLE delivery ADD CONSTRAINT delivery_state_check CHECK
            (state IN ('waiting', 'sending', 'sent', 'delivered', 'failed', 'stopped', 'suppressed', 'trial'));
        """
    )
