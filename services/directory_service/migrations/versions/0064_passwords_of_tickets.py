"""A password that is chosen with a slip waits on its ticket until the slip is used up.

The release before stored it at once. What was chosen so with a slip that nobody used up opens nothing from now on: its
owner begins again with the slip, or with a new one.
"""

from alembic import op

revision = "0064_passwords_of_tickets"
down_revision = "0063_invitations_of_managers"
branch_labels = None
depends_on = None

CHOSEN_BY_HALVES = """
UPDATE account SET password_hash = NULL FROM slip
WHERE slip.account_id = account.id AND slip.used_at IS NULL AND slip.ended_at IS NULL
    AND account.password_hash IS NOT NULL
    AND (account.password_changed_at IS NULL OR account.password_changed_at < slip.created_at)
"""


def upgrade() -> None:
    op.execute("ALTER TABLE ticket ADD COLUMN password_hash text")
    op.execute(CHOSEN_BY_HALVES)
