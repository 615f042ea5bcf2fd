"""Notes, owners, releases, settlements: whatever happens to a referral, somebody has it on a list with a due time.

`case_note` and `team_member` are new; `team_referral` shows the owner too. Referrals of before get what follows from
what is known: the release from the custody row, a coordinator's due time for what was declined or not answered, a due
time for work in progress.
"""

from alembic import op

from referral_service.store.policies import SETTLED_TALLY, TEAM_POLICIES
from service_kit.db.row_security import ORGANIZATION, ROLE, enable_rls, role_name

revision = "0006_nothing_gets_stuck"
down_revision = "0005_unread_columns"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE custody_view
    ADD COLUMN urgent_otherwise boolean DEFAULT false NOT NULL,
    ADD COLUMN release_ticked boolean DEFAULT false NOT NULL,
    ADD COLUMN ended_at timestamptz;
ALTER TABLE task
    ADD COLUMN said_yes_on date,
    ADD COLUMN said_yes_by text,
    ADD COLUMN coordinator_due timestamptz,
    ADD COLUMN settled_at timestamptz,
    ADD COLUMN settled_as text,
    ADD COLUMN void_asked_at timestamptz,
    ADD COLUMN void_asked_for text,
    ADD COLUMN assigned_to uuid,
    ADD COLUMN card_shown_at timestamptz,
    ADD COLUMN appointment_at timestamptz,
    ADD COLUMN prison_id uuid,
    ADD COLUMN release_on date,
    ADD COLUMN release_said_at timestamptz,
    ADD COLUMN urgent_otherwise boolean DEFAULT false NOT NULL;
CREATE INDEX task_coordinator_due ON task (coordinator_due) WHERE coordinator_due IS NOT NULL;
CREATE INDEX task_release_on ON task (release_on)
    WHERE release_on IS NOT NULL AND priority = 'routine' AND closed_at IS NULL;
CREATE TABLE case_note (
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    at timestamptz NOT NULL,
    account_id uuid NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (referral_id) REFERENCES task (id) ON DELETE CASCADE
);
CREATE INDEX case_note_referral ON case_note (referral_id, at, id);
CREATE TABLE team_member (
    membership_id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    version bigint NOT NULL,
    active boolean NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (membership_id)
);
CREATE INDEX team_member_organization ON team_member (organization_id);
"""
_KNOWN = """
UPDATE task SET urgent_otherwise = true WHERE priority = 'urgent';
UPDATE custody_view SET urgent_otherwise = (sent.priority = 'urgent')
    FROM referral_sent AS sent WHERE sent.id = custody_view.id;
UPDATE task SET prison_id = root.sender_organization
    FROM task AS root WHERE root.id = task.root_id AND root.sender_role = 'custody_health';
UPDATE task SET release_on = custody_view.release_on
    FROM custody_view WHERE custody_view.id = task.root_id AND (task.closed_at IS NULL OR NOT task.ghost);
UPDATE task SET coordinator_due = now() WHERE NOT ghost AND forwarded_to IS NULL
    AND ((status = 'rejected' AND another_service) OR forward_asked_at IS NOT NULL
        OR (status = 'cancelled' AND reason = 'no-response'));
UPDATE task SET clock = 'work', due = touched_at + interval '180 days'
    WHERE status = 'in-progress' AND closed_at IS NULL AND clock = 'none';
"""
# conditions of views are SQL made of constants
_VIEW = f"""
DROP VIEW team_referral;
CREATE VIEW team_referral WITH (security_barrier) AS
SELECT id, reference, status, ended_as, ghost, priority, district, submitted_at, opened_at, closed_at, due,
    organization_id IS NULL AS unclaimed, assigned_to, version
FROM task
WHERE {ROLE} = 'provider_manager' AND (
    organization_id = {ORGANIZATION}
    OR (organization_id IS NULL AND candidate_organizations @> ARRAY[{ORGANIZATION}])
)
"""  # our own words


def upgrade() -> None:
    op.execute(_TABLES)
    for table, policies in TEAM_POLICIES.items():
        enable_rls(op, table, policies)
    web, worker = role_name(op, "web"), role_name(op, "worker")
    op.execute(f'REVOKE INSERT, UPDATE, DELETE ON team_member FROM "{web}"')
    op.execute(f'CREATE POLICY "{web}_settled" ON tally FOR INSERT TO "{web}" WITH CHECK ({SETTLED_TALLY})')
    op.execute(_KNOWN)
    op.execute(_VIEW)
    for role in (web, worker):
        op.execute(f'REVOKE ALL ON team_referral FROM "{role}"')
    op.execute(f'GRANT SELECT ON team_referral TO "{web}"')
