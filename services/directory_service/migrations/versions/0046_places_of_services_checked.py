"""The reference of services to places, which 0035 renewed, is looked at without a lock."""

from alembic import op

revision = "0046_places_of_services_checked"
down_revision = "0045_scope_of_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE service_at_location VALIDATE CONSTRAINT service_at_location_location_id_fkey")
