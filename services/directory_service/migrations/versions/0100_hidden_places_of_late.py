"""Hidden places by when they changed, so that a worker's round need not read all of them (`sweep_hidden_places.py`)."""

from alembic import op
from sqlalchemy import text

revision = "0100_hidden_places_of_late"
down_revision = "0098_narrower_partnership"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("location_hidden_of_late_idx", "location", ["modified_at"], postgresql_where=text("confidential"))
