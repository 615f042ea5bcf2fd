"""A handover that nobody took ends with its agreement, whoever ends that: the coordinator of its district may write so.

Its successor reads no agreement, so what ended has to stand in the handover's own row. Those of agreements that ended
before are ended by the worker's clock.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ROLE, role_name

revision = "0062_ended_handovers"
down_revision = "0061_told_of_meetings"
branch_labels = None
depends_on = None

COORDINATED = f"district_code = ANY ({DISTRICTS}) AND {ROLE} = 'coordinator'"


def upgrade() -> None:
    op.execute("ALTER TABLE handover ADD COLUMN ended_at timestamptz")
    op.execute(
        f'CREATE POLICY coordinator_update ON handover FOR UPDATE TO "{role_name(op, "web")}"'
        f" USING ({COORDINATED}) WITH CHECK ({COORDINATED})"
    )
