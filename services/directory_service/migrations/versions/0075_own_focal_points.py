"""Whoever is a focal point sees that in every role, so that one person does not take a second one of an agreement."""

from alembic import op

from service_kit.db.row_security import ACCOUNT, role_name

revision = "0075_own_focal_points"
down_revision = "0074_copied_slips"
branch_labels = None
depends_on = None

OWN = f"EXISTS (SELECT FROM membership WHERE membership.id = focal_point.membership_id AND account_id = {ACCOUNT})"


def upgrade() -> None:
    op.execute(f'CREATE POLICY own_select ON focal_point FOR SELECT TO "{role_name(op, "web")}" USING ({OWN})')
