"""Services are found by the districts that they serve: the state view and the brief read those of theirs alone."""

from alembic import op

revision = "0034_services_by_district"
down_revision = "0033_silence_told"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX service_districts_idx ON service USING gin ((record -> 'districts') jsonb_path_ops)")
