"""An organisation's supervisor or manager sees and ends its own actions, in whichever district they were agreed.

A unit that was moved had them no more: the meeting that agreed them stayed in the old district.
"""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE, role_name

revision = "0073_own_actions"
down_revision = "0072_coordinator_acts_for_sides"
branch_labels = None
depends_on = None

OWN = f"{ROLE} IN ('unit_supervisor', 'provider_manager') AND organization_id = {ORGANIZATION}"


def upgrade() -> None:
    web = role_name(op, "web")
    op.execute(f'CREATE POLICY "owner_select" ON meeting_action FOR SELECT TO "{web}" USING ({OWN})')
    op.execute(f'CREATE POLICY "owner_update" ON meeting_action FOR UPDATE TO "{web}" USING ({OWN}) WITH CHECK ({OWN})')
