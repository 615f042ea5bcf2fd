"""What a provider says of itself has a history, and waits while it is new, as its services do."""

from alembic import op

revision = "0010_requests_of_organizations"
down_revision = "0009_one_request_a_provider"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("listing_history", "change_request"):
        name = f"{table}_resource_type_check"
        op.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name}"
            " CHECK (resource_type IN ('service','location','organization'))"
        )
