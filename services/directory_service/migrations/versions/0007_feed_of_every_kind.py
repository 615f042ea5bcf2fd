"""The change feed names every kind of public object, and says of each whether the public sees it or once did."""

from alembic import op

revision = "0007_feed_of_every_kind"
down_revision = "0006_keeping_true"
branch_labels = None
depends_on = None

#: NULL: never public, so no reader hears of it. Indexes: one kind of object in order, and what is gone in order.
_COLUMNS = """
ALTER TABLE change ADD COLUMN public boolean;
ALTER TABLE change DROP CONSTRAINT change_kind_check;
ALTER TABLE change ADD CONSTRAINT change_kind_check
    CHECK (kind IN ('organization','service','service_at_location','taxonomy','taxonomy_term'));
CREATE INDEX change_kind_idx ON change (kind, number);
CREATE INDEX change_gone_idx ON change (number) WHERE NOT public;
ALTER TABLE change_feed ADD COLUMN numbered_at timestamptz NOT NULL DEFAULT clock_timestamp();
"""

_KNOWN = """
UPDATE change SET public = organization.public FROM organization
    WHERE change.kind = 'organization' AND organization.id = object_id AND organization.kind = 'provider'
    AND (organization.public OR organization.deleted_at IS NOT NULL);
UPDATE change SET public = service.public FROM service
    WHERE change.kind = 'service' AND service.id = object_id AND (service.public OR service.deleted_at IS NOT NULL);
INSERT INTO change (kind, object_id, public)
    SELECT 'service_at_location', id, true FROM service_at_location WHERE public
    UNION ALL SELECT 'taxonomy', id, true FROM taxonomy
    UNION ALL SELECT 'taxonomy_term', id, true FROM taxonomy_term;
"""

_NOTE = """
    ON CONFLICT (kind, object_id) DO UPDATE SET number = NULL, noted_at = clock_timestamp(),
        public = CASE WHEN excluded.public THEN true WHEN change.public IS NOT NULL THEN false END;
    PERFORM pg_notify('setu_change', '');
    RETURN NULL;
END $$;
"""
#: A row of service_at_location that is written again is a change; whoever writes leaves alone what stays the same.
_TRIGGERS = f"""
CREATE OR REPLACE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change (kind, object_id, public) VALUES (TG_TABLE_NAME, NEW.id, NULLIF(NEW.public, false))
{_NOTE}
CREATE FUNCTION note_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change (kind, object_id, public)
        VALUES (TG_TABLE_NAME, COALESCE(NEW.id, OLD.id), NULLIF(TG_OP <> 'DELETE', false))
{_NOTE}
CREATE FUNCTION note_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change (kind, object_id, public)
        SELECT 'service_at_location', moved.id, NULLIF(moved.public AND TG_OP <> 'DELETE', false) FROM moved
{_NOTE}
CREATE TRIGGER taxonomy_noted AFTER INSERT OR DELETE ON taxonomy FOR EACH ROW EXECUTE FUNCTION note_word();
CREATE TRIGGER taxonomy_changed AFTER UPDATE ON taxonomy
    FOR EACH ROW WHEN (NEW.document IS DISTINCT FROM OLD.document) EXECUTE FUNCTION note_word();
CREATE TRIGGER taxonomy_term_noted AFTER INSERT OR DELETE ON taxonomy_term FOR EACH ROW EXECUTE FUNCTION note_word();
CREATE TRIGGER taxonomy_term_changed AFTER UPDATE ON taxonomy_term
    FOR EACH ROW WHEN (NEW.document IS DISTINCT FROM OLD.document) EXECUTE FUNCTION note_word();
CREATE TRIGGER service_at_location_added AFTER INSERT ON service_at_location
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION note_places();
CREATE TRIGGER service_at_location_changed AFTER UPDATE ON service_at_location
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION note_places();
CREATE TRIGGER service_at_location_removed AFTER DELETE ON service_at_location
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION note_places();
"""  # our own words


def upgrade() -> None:
    op.execute(_COLUMNS)
    op.execute(_KNOWN)
    op.execute(_TRIGGERS)
