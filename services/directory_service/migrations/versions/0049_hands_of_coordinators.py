"""Hands behind coordinators of any body and behind providers' people count for good, as those behind roles of two."""

from alembic import op

revision = "0049_hands_of_coordinators"
down_revision = "0048_session_heartbeat"
branch_labels = None
depends_on = None

_RELIED_ON = """
SELECT account_id FROM membership WHERE ended_at IS NULL AND role IN ('coordinator', 'provider_manager', 'case_worker')
"""
FORMER = (  # these words are our own
    "INSERT INTO let_in (account_id, hand) SELECT DISTINCT account_id, printed_by FROM slip"
    f" WHERE printed_by IS NOT NULL AND account_id IN ({_RELIED_ON}) ON CONFLICT DO NOTHING"
)
FOR_GOOD = f"UPDATE let_in SET ends_at = NULL WHERE ends_at IS NOT NULL AND account_id IN ({_RELIED_ON})"


def upgrade() -> None:
    op.execute(FORMER)
    op.execute(FOR_GOOD)
