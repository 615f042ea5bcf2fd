"""The change feed: which organisation or service changed for the public, numbered after the commit by one writer."""

from alembic import op

from service_kit.db.row_security import exempt

revision = "0003_change_feed"
down_revision = "0002_listings"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE change (
    kind text NOT NULL CONSTRAINT change_kind_check CHECK (kind IN ('organization','service')),
    object_id uuid NOT NULL,
    number bigint CONSTRAINT change_number_key UNIQUE,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, object_id)
);
CREATE INDEX change_waiting_idx ON change (noted_at) WHERE number IS NULL;
CREATE TABLE change_feed (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    last bigint NOT NULL DEFAULT 0
);
INSERT INTO change_feed DEFAULT VALUES;
INSERT INTO change (kind, object_id) SELECT 'organization', id FROM organization WHERE version > 0;
INSERT INTO change (kind, object_id) SELECT 'service', id FROM service WHERE version > 0;
"""

#: `version` moves exactly when what the public sees changes, so nothing that changes a listing can forget the feed.
_TRIGGERS = """
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change (kind, object_id) VALUES (TG_TABLE_NAME, NEW.id)
    ON CONFLICT (kind, object_id) DO UPDATE SET number = NULL, noted_at = clock_timestamp();
    PERFORM pg_notify('setu_change', '');
    RETURN NULL;
END $$;
CREATE TRIGGER organization_changed AFTER UPDATE OF version ON organization
    FOR EACH ROW WHEN (NEW.version IS DISTINCT FROM OLD.version) EXECUTE FUNCTION note_change();
CREATE TRIGGER organization_added AFTER INSERT ON organization
    FOR EACH ROW WHEN (NEW.version > 0) EXECUTE FUNCTION note_change();
CREATE TRIGGER service_changed AFTER UPDATE OF version ON service
    FOR EACH ROW WHEN (NEW.version IS DISTINCT FROM OLD.version) EXECUTE FUNCTION note_change();
CREATE TRIGGER service_added AFTER INSERT ON service
    FOR EACH ROW WHEN (NEW.version > 0) EXECUTE FUNCTION note_change();
"""


def upgrade() -> None:
    op.execute(_TABLES)
    op.execute(_TRIGGERS)
    exempt(op, "change", "ids and numbers of what everybody may read; the content stays in its own table")
    exempt(op, "change_feed", "the feed's name and its last number")
