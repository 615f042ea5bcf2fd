"""A coordinator names focal points and successors for the sides of the own districts' agreements, and that is noted."""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ROLE, role_name

revision = "0072_coordinator_acts_for_sides"
down_revision = "0071_agreement_reviews"
branch_labels = None
depends_on = None

COORDINATED = f"district_code = ANY ({DISTRICTS}) AND {ROLE} = 'coordinator'"


def upgrade() -> None:
    web = role_name(op, "web")
    for table in ("focal_point", "handover"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN by_coordinator boolean NOT NULL DEFAULT false")
        op.execute(f'CREATE POLICY "coordinator_insert" ON {table} FOR INSERT TO "{web}" WITH CHECK ({COORDINATED})')
    op.execute(  # a handover has such a policy
        f'CREATE POLICY "coordinator_update" ON focal_point FOR UPDATE TO "{web}"'
        f" USING ({COORDINATED}) WITH CHECK ({COORDINATED})"
    )
