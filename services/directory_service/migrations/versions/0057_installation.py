"""Whether the database is a trial's."""

from alembic import op

from service_kit.db.migration_helpers import create_installation

revision = "0057_installation"
down_revision = "0056_resets_of_states"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_installation(op)
