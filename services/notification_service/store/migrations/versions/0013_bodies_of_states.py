"""Which districts a state's body has: its data officers read the log of all of them, as in the other services."""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0013_bodies_of_states"
down_revision = "0012_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE organization ADD COLUMN oversees integer[]")
    op.execute(f'GRANT SELECT (oversees) ON organization TO "{role_name(op, "web")}"')
