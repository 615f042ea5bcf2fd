"""Programs of coordinating bodies read the districts of a state side by side; their coordinators make the keys.

A key of such a body sees what the view is made of, in the districts that its transaction names, and writes nothing.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, role_name

revision = "0030_state_view"
down_revision = "0029_board"
branch_labels = None
depends_on = None

SCOPES = """
ALTER TABLE api_key DROP CONSTRAINT api_key_scopes_check;
ALTER TABLE api_key ADD CONSTRAINT api_key_scopes_check
    CHECK (scopes <@ '{listings:read,listings:write,partnership:read}' AND cardinality(scopes) > 0);
"""
PRESENTED_KEY = "(SELECT decode(NULLIF(current_setting('setu.api_key', true), ''), 'hex'))"
MANAGED = f"organization_id = {ORGANIZATION} AND {ROLE} IN ('provider_manager', 'coordinator')"
EITHER = f"digest = {PRESENTED_KEY} OR ({MANAGED})"
KEYS = f"""
ALTER POLICY "{{web}}_select" ON api_key USING ({EITHER});
ALTER POLICY "{{web}}_insert" ON api_key WITH CHECK ({MANAGED});
ALTER POLICY "{{web}}_update" ON api_key USING ({EITHER}) WITH CHECK ({EITHER});
"""
HERE = f"district_code = ANY ({DISTRICTS})"
OF_THE_STATE = (
    "district_code IS NULL AND EXISTS (SELECT FROM district"
    f" WHERE district.state_code = frozen_figures.state_code AND district.code = ANY ({DISTRICTS}))"
)
BODYS_PROGRAM = (
    f"{ROLE} = 'integrator' AND (SELECT EXISTS (SELECT FROM organization AS body"  # our own words
    f" WHERE body.id = {ORGANIZATION} AND body.kind = 'coordinating_body'))"
)
READ = ("meeting", "meeting_action", "training_session", "training_count")


def upgrade() -> None:
    web = role_name(op, "web")
    op.execute(SCOPES)
    op.execute(KEYS.format(web=web))
    for table, rows in {**dict.fromkeys(READ, HERE), "frozen_figures": f"({HERE}) OR ({OF_THE_STATE})"}.items():
        op.execute(
            f'CREATE POLICY "program_select" ON {table} FOR SELECT TO "{web}" USING (({rows}) AND {BODYS_PROGRAM})'
        )
