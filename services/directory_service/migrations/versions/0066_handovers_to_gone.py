"""A handover that has ended stands in no other one's way: its successor may have left before taking the focal point."""

from alembic import op

revision = "0066_handovers_to_gone"
down_revision = "0065_contacts_changed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX handover_open_key")
    op.execute(
        "CREATE UNIQUE INDEX handover_open_key ON handover (focal_point_id) WHERE taken_at IS NULL AND ended_at IS NULL"
    )
