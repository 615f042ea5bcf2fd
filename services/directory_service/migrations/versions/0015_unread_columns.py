"""Columns that nothing reads any more may be left empty, and indexes that no query uses are gone.

A process of the release before still writes the columns while it is being replaced, so they stay until the next
release, which drops them. Searching has its own index, an invitation's sender is in the audit log.
"""

from alembic import op

revision = "0015_unread_columns"
down_revision = "0014_somebody_is_home"
branch_labels = None
depends_on = None

_UNREAD = """
DROP INDEX service_needs_idx, service_districts_idx, service_at_location_organization_id_idx,
    location_confidential_organization_id_idx, taxonomy_term_taxonomy_id_idx, ticket_account_idx;
ALTER TABLE service
    ALTER COLUMN accepting DROP NOT NULL, ALTER COLUMN needs DROP NOT NULL, ALTER COLUMN districts DROP NOT NULL;
ALTER TABLE confirmation_reminder ALTER COLUMN reminded_at DROP NOT NULL;
ALTER TABLE ticket ALTER COLUMN created_at DROP NOT NULL;
ALTER TABLE second_factor ALTER COLUMN created_at DROP NOT NULL;
"""


def upgrade() -> None:
    op.execute(_UNREAD)
