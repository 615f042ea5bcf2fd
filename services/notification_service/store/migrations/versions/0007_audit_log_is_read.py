"""Data officers read the audit log on a page, and ask for a check of it.

Of the organisations of their districts they see id and district, by which the log's entries are theirs.
"""

from alembic import op

from service_kit.db.audit_migration import open_audit_log
from service_kit.db.row_security import DISTRICTS, ROLE, role_name

revision = "0007_audit_log_is_read"
down_revision = "0006_told_survives"
branch_labels = None
depends_on = None


def upgrade() -> None:
    web = role_name(op, "web")
    theirs = f"{ROLE} = 'data_officer' AND district = ANY ({DISTRICTS})"
    op.execute(f'GRANT SELECT (district) ON organization TO "{web}"')
    op.execute(f'CREATE POLICY "{web}_select_by_district" ON organization FOR SELECT TO "{web}" USING ({theirs})')
    open_audit_log(op, "data_officer", "SELECT id FROM organization WHERE district = ANY ({districts})")
