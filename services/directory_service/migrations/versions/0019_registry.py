"""The registry: a tree of units with codes, standings beyond suspended, moves between districts, files that wait.

A coordinator makes and ends memberships of organisations of the own districts, as an organisation is peopled or closed;
and takes over an organisation that another district's coordinator has offered, hence the second half of `TAKES_OVER`.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, DISTRICTS, ROLE, enable_rls, role_name

revision = "0019_registry"
down_revision = "0018_calendar_feeds"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE organization
    DROP CONSTRAINT organization_status_check,
    ADD CONSTRAINT organization_status_check
        CHECK (status IN ('pending','active','refused','suspended','closing','closed')),
    ADD COLUMN level text
        CONSTRAINT organization_level_check CHECK (level IN ('state','district','sub_division','station')),
    ADD COLUMN code text,
    ADD COLUMN parent_id uuid CONSTRAINT organization_parent_id_fkey REFERENCES organization,
    ADD COLUMN opened_on date,
    ADD COLUMN successor_id uuid CONSTRAINT organization_successor_id_fkey REFERENCES organization,
    ADD CONSTRAINT organization_level_of_police_check CHECK (level IS NULL OR kind = 'police_unit');
CREATE INDEX organization_code_idx ON organization (code);
CREATE INDEX organization_parent_id_idx ON organization (parent_id);
CREATE TABLE organization_move (
    id uuid CONSTRAINT organization_move_pkey PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT organization_move_organization_id_fkey REFERENCES organization,
    from_district integer NOT NULL CONSTRAINT organization_move_from_district_fkey REFERENCES district,
    to_district integer NOT NULL CONSTRAINT organization_move_to_district_fkey REFERENCES district,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    decision text CONSTRAINT organization_move_decision_check CHECK (decision IN ('agreed','refused','taken_back')),
    CONSTRAINT organization_move_decided_check CHECK ((decision IS NULL) = (decided_at IS NULL))
);
CREATE UNIQUE INDEX organization_move_waiting_key ON organization_move (organization_id) WHERE decided_at IS NULL;
CREATE TABLE registry_upload (
    id uuid CONSTRAINT registry_upload_pkey PRIMARY KEY,
    account_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT registry_upload_kind_check CHECK (kind IN ('units','members','strength')),
    content bytea NOT NULL,
    sent_at timestamptz NOT NULL
);
CREATE INDEX registry_upload_account_idx ON registry_upload (account_id);
"""

COORDINATOR = f"{ROLE} = 'coordinator'"
IN_DISTRICT = f"district_code = ANY ({DISTRICTS})"
MEMBER_IN_DISTRICT = f"{COORDINATOR} AND organization_district = ANY ({DISTRICTS})"
OF_DISTRICT = (
    f"{COORDINATOR} AND EXISTS (SELECT FROM organization"  # conditions of policies are our own words
    f" WHERE organization.id = organization_id AND {IN_DISTRICT})"
)
EITHER_END = f"{COORDINATOR} AND (from_district = ANY ({DISTRICTS}) OR to_district = ANY ({DISTRICTS}))"
TAKES_OVER = f"""
CREATE POLICY "coordinator_takes_over" ON organization FOR UPDATE TO "{{web}}"
    USING ({COORDINATOR} AND EXISTS (
        SELECT FROM organization_move AS offered
        WHERE offered.organization_id = organization.id AND offered.to_district = ANY ({DISTRICTS})
            AND offered.decided_at IS NULL
    ))
    WITH CHECK ({COORDINATOR} AND {IN_DISTRICT})
"""


def upgrade() -> None:
    op.execute(TABLES)
    enable_rls(
        op,
        "organization_move",
        {
            "web select": EITHER_END,
            "web insert": f"{COORDINATOR} AND from_district = ANY ({DISTRICTS}) AND asked_by = {ACCOUNT}",
            "web update": EITHER_END,
        },
    )
    enable_rls(op, "registry_upload", {"web": f"account_id = {ACCOUNT}"})
    web = role_name(op, "web")
    op.execute(TAKES_OVER.format(web=web))
    for table, condition in (("membership", MEMBER_IN_DISTRICT), ("invitation", OF_DISTRICT)):
        op.execute(f'CREATE POLICY "coordinator_insert" ON {table} FOR INSERT TO "{web}" WITH CHECK ({condition})')
        op.execute(
            f'CREATE POLICY "coordinator_update" ON {table} FOR UPDATE TO "{web}"'
            f" USING ({condition}) WITH CHECK ({condition})"
        )
    op.execute(f'CREATE POLICY "coordinator_select" ON invitation FOR SELECT TO "{web}" USING ({OF_DISTRICT})')
