"""API keys get scopes, an end, a day of last use; an organisation's manager sees, makes and ends its keys."""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE, role_name

revision = "0005_key_scopes"
down_revision = "0004_reset_at"
branch_labels = None
depends_on = None

# Keys from before could do both, and code from before that makes one still means both.
COLUMNS = """
ALTER TABLE api_key
    ADD COLUMN beginning text NOT NULL DEFAULT '',
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{listings:read,listings:write}'
        CONSTRAINT api_key_scopes_check CHECK (scopes <@ '{listings:read,listings:write}' AND cardinality(scopes) > 0),
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN last_used_on date;
"""
PRESENTED_KEY = "(SELECT decode(NULLIF(current_setting('setu.api_key', true), ''), 'hex'))"
MANAGED = f"organization_id = {ORGANIZATION} AND {ROLE} = 'provider_manager'"
EITHER = f"digest = {PRESENTED_KEY} OR ({MANAGED})"
POLICIES = f"""
DROP POLICY "{{web}}_select" ON api_key;
CREATE POLICY "{{web}}_select" ON api_key FOR SELECT TO "{{web}}" USING ({EITHER});
CREATE POLICY "{{web}}_insert" ON api_key FOR INSERT TO "{{web}}" WITH CHECK ({MANAGED});
CREATE POLICY "{{web}}_update" ON api_key FOR UPDATE TO "{{web}}" USING ({EITHER}) WITH CHECK ({EITHER});
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(POLICIES.format(web=role_name(op, "web")))
