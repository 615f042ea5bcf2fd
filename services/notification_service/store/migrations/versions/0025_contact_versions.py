"""The newest version told of each membership outlives a restored backup, so that no former address is written to.

A trigger keeps it, so that a process of the release before does, too.
"""

from alembic import op

from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import enable_rls, role_name

revision = "0025_contact_versions"
down_revision = "0024_installation"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE contact_version (
    membership_id uuid PRIMARY KEY,
    version integer NOT NULL
);
REVOKE ALL ON contact_version FROM "{web}";
CREATE FUNCTION member_note_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO contact_version (membership_id, version) VALUES (NEW.id, NEW.version)
    ON CONFLICT (membership_id) DO UPDATE SET version = EXCLUDED.version
        WHERE contact_version.version < EXCLUDED.version;
    RETURN NULL;
END $$;
CREATE TRIGGER member_note_version AFTER INSERT OR UPDATE OF version ON member
    FOR EACH ROW EXECUTE FUNCTION member_note_version();
"""


def upgrade() -> None:
    op.execute(_TABLE.format(web=role_name(op, "web")))
    enable_rls(op, "contact_version", {})
    note_survivor(op, "contact_version", "membership_id")
