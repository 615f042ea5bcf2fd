"""Messages about a meeting, a handover or a visit are found by it.

When a meeting is called off or a visit is answered, what still waits to be said of it is stopped; without an index
that reads every message that was ever sent. Messages about referrals have no matter, and cost nothing here.
"""

from alembic import op

revision = "0032_messages_by_matter"
down_revision = "0026_matters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX delivery_matter_idx ON delivery (matter) WHERE matter IS NOT NULL")
