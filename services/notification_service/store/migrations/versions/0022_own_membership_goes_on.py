"""The web process sees whether a membership of the reader goes on: an ended one's old address is nobody's any more."""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0022_own_membership_goes_on"
down_revision = "0021_own_address_is_known"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f'GRANT SELECT (active) ON member TO "{role_name(op, "web")}"')
