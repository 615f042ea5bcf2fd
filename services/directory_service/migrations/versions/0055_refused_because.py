"""Why an organisation that was requested is refused: a code, which its coordinators and its people read."""

from alembic import op

revision = "0055_refused_because"
down_revision = "0054_people_of_providers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE organization ADD COLUMN refused_because text")
