"""What changes in an inbox is counted for each organisation; case workers see the team's view, too.

A statement that touches referrals adds one row for each organisation that is told of them, as they were and as they
are: a candidate that has lost one sees it go.
"""

from alembic import op

from referral_service.store.policies import WORKLIST_POLICIES
from service_kit.db.row_security import ORGANIZATION, ROLE, enable_rls, role_name

revision = "0014_worklist"
down_revision = "0013_custody_team"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE inbox_change (
    position bigint GENERATED ALWAYS AS IDENTITY,
    organization_id uuid NOT NULL,
    PRIMARY KEY (position)
);
CREATE INDEX inbox_change_organization ON inbox_change (organization_id);
CREATE TABLE inbox_version (
    organization_id uuid NOT NULL,
    changes bigint NOT NULL,
    PRIMARY KEY (organization_id)
);
CREATE INDEX task_appointment ON task (organization_id, appointment_at) WHERE appointment_at IS NOT NULL;
"""
_TRIGGERS = """
CREATE FUNCTION note_new_in_inbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_change (organization_id)
    SELECT DISTINCT receiver FROM now_there, unnest(organization_id || candidate_organizations) AS receiver
    WHERE receiver IS NOT NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION note_changed_in_inbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox_change (organization_id)
    SELECT DISTINCT receiver
    FROM (SELECT organization_id, candidate_organizations FROM before_that
          UNION ALL SELECT organization_id, candidate_organizations FROM now_there) AS touched,
        unnest(organization_id || candidate_organizations) AS receiver
    WHERE receiver IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER note_new_in_inbox AFTER INSERT ON task REFERENCING NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION note_new_in_inbox();
CREATE TRIGGER note_changed_in_inbox AFTER UPDATE ON task REFERENCING OLD TABLE AS before_that NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION note_changed_in_inbox();
"""
# conditions of views are SQL made of constants
_VIEW = f"""
CREATE OR REPLACE VIEW team_referral WITH (security_barrier) AS
SELECT id, reference, status, ended_as, ghost, priority, district, submitted_at, opened_at, closed_at, due,
    organization_id IS NULL AS unclaimed, assigned_to, version
FROM task
WHERE {ROLE} IN ('provider_manager', 'case_worker') AND (
    organization_id = {ORGANIZATION}
    OR (organization_id IS NULL AND candidate_organizations @> ARRAY[{ORGANIZATION}])
)
"""  # our own words


def upgrade() -> None:
    op.execute(_TABLES)
    for table, policies in WORKLIST_POLICIES.items():
        enable_rls(op, table, policies)
    op.execute(f'REVOKE INSERT, UPDATE, DELETE ON inbox_version FROM "{role_name(op, "web")}"')
    op.execute(f'REVOKE UPDATE, DELETE ON inbox_change FROM "{role_name(op, "web")}"')
    op.execute(_TRIGGERS)
    op.execute(_VIEW)
