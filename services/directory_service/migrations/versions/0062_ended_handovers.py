"""A handover that nobody took ends with its agreement, whoever ends that: the coordinator of its district may write so.

Its successor reads no agreement, so what ended has to stand in the handover's own row. Those of agreements that ended
before are ended by the worker's clock.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, DISTRICTS, ORGANIZATION, ROLE, role_name

revision = "0062_ended_handovers"
down_revision = "0061_told_of_meetings"
branch_labels = None
depends_on = None

OWN = f"organization_id = {ORGANIZATION} AND {ROLE} IN ('unit_supervisor', 'provider_manager')"
NAMED = f"successor_account = {ACCOUNT}"
COORDINATED = f"district_code = ANY ({DISTRICTS}) AND {ROLE} = 'coordinator'"


def upgrade() -> None:
    op.execute("ALTER TABLE handover ADD COLUMN ended_at timestamptz")
    may = f"({OWN}) OR {NAMED} OR ({COORDINATED})"
    op.execute(f'ALTER POLICY "{role_name(op, "web")}_update" ON handover USING ({may}) WITH CHECK ({may})')
