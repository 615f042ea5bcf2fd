"""Whether the database is a trial's."""

from alembic import op

from service_kit.db.migration_helpers import create_installation

revision = "0029_installation"
down_revision = "0028_when_a_unit_began"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_installation(op)
