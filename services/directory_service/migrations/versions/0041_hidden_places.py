"""The confidential places are counted whenever somebody asks for the datapackage: by an index of their own."""

from alembic import op
from sqlalchemy import text

revision = "0041_hidden_places"
down_revision = "0040_removed_listings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("location_confidential_idx", "location", ["id"], postgresql_where=text("confidential"))
