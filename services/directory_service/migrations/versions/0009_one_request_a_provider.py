"""One change waits for each resource of a provider: two new providers may ask for the same id, and one gets it."""

from alembic import op

revision = "0009_one_request_a_provider"
down_revision = "0008_listing_upload"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX change_request_waiting_key")
    op.execute(
        "CREATE UNIQUE INDEX change_request_waiting_key ON change_request (organization_id, resource_id)"
        " WHERE decided_at IS NULL"
    )
