"""Each channel has its own order of what is due: one that must wait for its rate does not lie in the way of another.

The index of before stays, for a process of the release before, and for who sends on every channel.
"""

from alembic import op

revision = "0011_due_by_channel"
down_revision = "0010_reports_and_suppression"
branch_labels = None
depends_on = None

_INDEX = """
CREATE INDEX delivery_due_on_channel ON delivery (channel, urgent DESC, next_attempt_at)
WHERE state IN ('waiting', 'sending')
"""


def upgrade() -> None:
    op.execute(_INDEX)
