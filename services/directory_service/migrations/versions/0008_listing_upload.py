"""Files that a provider sent and has not confirmed yet; the manager sees the own organisation's."""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE, enable_rls

revision = "0008_listing_upload"
down_revision = "0007_feed_of_every_kind"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE listing_upload (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization,
    content bytea NOT NULL,
    takes_out boolean NOT NULL,
    confirms boolean NOT NULL,
    sent_at timestamptz NOT NULL
);
CREATE INDEX listing_upload_organization_id_idx ON listing_upload (organization_id);
"""


def upgrade() -> None:
    op.execute(TABLE)
    enable_rls(op, "listing_upload", {"web": f"organization_id = {ORGANIZATION} AND {ROLE} = 'provider_manager'"})
