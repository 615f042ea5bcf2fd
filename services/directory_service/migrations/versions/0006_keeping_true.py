"""History of listings, changes that wait for a coordinator, reminders, and which providers are established."""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, enable_rls, role_name

revision = "0006_keeping_true"
down_revision = "0005_key_scopes"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE organization ADD COLUMN established_at timestamptz;
UPDATE organization SET established_at = modified_at WHERE status = 'active';
CREATE TABLE listing_history (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization,
    resource_type text NOT NULL
        CONSTRAINT listing_history_resource_type_check CHECK (resource_type IN ('service','location')),
    resource_id uuid NOT NULL,
    action text NOT NULL CONSTRAINT listing_history_action_check CHECK (action IN ('create','update')),
    field text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    at timestamptz NOT NULL,
    changed_by uuid,
    changed_by_name text NOT NULL
);
CREATE INDEX listing_history_resource_idx ON listing_history (resource_id, id);
CREATE INDEX listing_history_organization_id_idx ON listing_history (organization_id);
CREATE TABLE change_request (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization,
    resource_type text NOT NULL
        CONSTRAINT change_request_resource_type_check CHECK (resource_type IN ('service','location')),
    resource_id uuid NOT NULL,
    creates boolean NOT NULL,
    changes jsonb NOT NULL,
    version integer NOT NULL,
    asked_at timestamptz NOT NULL,
    decided_at timestamptz,
    decision text CONSTRAINT change_request_decision_check CHECK (decision IN ('approved','refused','taken_back')),
    reason text,
    CONSTRAINT change_request_decided_check CHECK ((decision IS NULL) = (decided_at IS NULL))
);
CREATE UNIQUE INDEX change_request_waiting_key ON change_request (resource_id) WHERE decided_at IS NULL;
CREATE INDEX change_request_organization_idx ON change_request (organization_id, asked_at);
CREATE TABLE confirmation_reminder (
    service_id uuid PRIMARY KEY REFERENCES service ON DELETE CASCADE,
    since date NOT NULL,
    reminded_at timestamptz NOT NULL
);
"""

_IN_DISTRICT = (
    f"{ROLE} = 'coordinator' AND EXISTS (SELECT FROM organization"
    f" WHERE organization.id = organization_id AND organization.district_code = ANY ({DISTRICTS}))"
)
_OWN = f"organization_id = {ORGANIZATION} AND {ROLE} IN ('provider_manager', 'integrator')"
_EITHER = f"({_OWN}) OR ({_IN_DISTRICT})"
#: What a coordinator writes of somebody else's listing by approving a change of it.
_APPROVED = {
    "service": ("insert", "update"),
    "service_at_location": ("insert", "delete"),
    "location": ("insert", "update"),
}


def upgrade() -> None:
    op.execute(_TABLES)
    enable_rls(op, "listing_history", {"web": _EITHER})
    enable_rls(op, "change_request", {"web": _EITHER})
    enable_rls(op, "confirmation_reminder", {"worker": "true"})
    web = role_name(op, "web")
    for table, commands in _APPROVED.items():
        for command in commands:
            using = "" if command == "insert" else f" USING ({_IN_DISTRICT})"
            check = "" if command == "delete" else f" WITH CHECK ({_IN_DISTRICT})"
            op.execute(
                f'CREATE POLICY "coordinator_{command}" ON "{table}" FOR {command.upper()} TO "{web}"{using}{check}'
            )
