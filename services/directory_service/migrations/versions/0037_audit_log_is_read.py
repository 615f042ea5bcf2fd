"""Data officers read the audit log on a page, and ask for a check of it."""

from alembic import op

from service_kit.db.audit_migration import open_audit_log

revision = "0037_audit_log_is_read"
down_revision = "0036_imported_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    open_audit_log(op, "data_officer", "SELECT id FROM organization WHERE district_code = ANY ({districts})")
