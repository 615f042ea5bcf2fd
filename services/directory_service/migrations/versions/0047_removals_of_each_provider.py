"""What two providers took out under the same id, or a service and a place, is remembered of each.

A row has an id of its own from now on, and says in `resource_id` what was taken out. A process of the release before
leaves that empty and means `id`.
"""

from alembic import op

revision = "0047_removals_of_each_provider"
down_revision = "0046_places_of_services_checked"
branch_labels = None
depends_on = None

_ONCE = """
CREATE UNIQUE INDEX removed_listing_once
    ON removed_listing (organization_id, resource_type, (coalesce(resource_id, id)))
"""


def upgrade() -> None:
    op.execute("ALTER TABLE removed_listing ADD COLUMN resource_id uuid")
    op.execute(_ONCE)
