"""Hands behind a first slip count for good in every role, as they did where two people rely on it.

An account that was never reset has had first slips alone, so every hand that is still noted, or stands on a slip that
is kept, is one of those.
"""

from alembic import op

revision = "0055_first_slips"
down_revision = "0054_resets_of_states"
branch_labels = None
depends_on = None

_NEVER_RESET = "SELECT id FROM account WHERE resets = 0"
FORMER = (  # these words are our own
    "INSERT INTO let_in (account_id, hand) SELECT DISTINCT account_id, printed_by FROM slip"
    f" WHERE printed_by IS NOT NULL AND account_id IN ({_NEVER_RESET}) ON CONFLICT DO NOTHING"
)
FOR_GOOD = f"UPDATE let_in SET ends_at = NULL WHERE ends_at IS NOT NULL AND account_id IN ({_NEVER_RESET})"


def upgrade() -> None:
    op.execute(FORMER)
    op.execute(FOR_GOOD)
