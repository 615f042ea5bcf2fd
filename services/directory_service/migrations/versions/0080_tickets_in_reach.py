"""Whoever resets an account ends its tickets, as its sessions: the half of a sign-in from before opens nothing after.

Sessions and slips of accounts in reach could be ended so from the start; a ticket was its own account's alone.
"""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0080_tickets_in_reach"
down_revision = "0078_visits_elsewhere"
branch_labels = None
depends_on = None

IN_REACH = "EXISTS (SELECT FROM membership WHERE membership.account_id = ticket.account_id)"


def upgrade() -> None:
    web = role_name(op, "web")
    op.execute(f'CREATE POLICY "in_reach_select" ON ticket FOR SELECT TO "{web}" USING ({IN_REACH})')
    op.execute(
        f'CREATE POLICY "in_reach_update" ON ticket FOR UPDATE TO "{web}" USING ({IN_REACH}) WITH CHECK ({IN_REACH})'
    )
