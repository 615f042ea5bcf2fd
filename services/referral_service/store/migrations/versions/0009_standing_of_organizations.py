"""The copies of organisations say how they stand, and since when closed; districts are named as the directory does."""

from alembic import op

from service_kit.db.row_security import enable_rls

revision = "0009_standing_of_organizations"
down_revision = "0008_voices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE directory_organization ADD COLUMN standing text, ADD COLUMN closed_at timestamptz")
    op.execute("CREATE TABLE directory_district (code integer PRIMARY KEY, names jsonb NOT NULL)")
    enable_rls(op, "directory_district", {"web select": "true"})
