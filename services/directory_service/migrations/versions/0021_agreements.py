"""Agreements of units and providers, their documents, focal points and handovers.

A district reads its own; the coordinator writes agreements, each side its own focal points and handovers. A successor
may hold any role, so a handover and what it touches are open to the account that is named in it.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, DISTRICTS, ORGANIZATION, ROLE, enable_rls

revision = "0021_agreements"
down_revision = "0020_posted_strength"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE agreement (
    id uuid PRIMARY KEY,
    district_code integer NOT NULL REFERENCES district,
    unit_id uuid NOT NULL REFERENCES organization,
    provider_id uuid NOT NULL REFERENCES organization,
    number integer NOT NULL,
    renews uuid REFERENCES agreement,
    clauses text NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL,
    review_on date NOT NULL,
    unit_signed_on date,
    provider_signed_on date,
    state text NOT NULL CONSTRAINT agreement_state_check CHECK (state IN ('draft', 'active', 'ended')),
    version integer NOT NULL DEFAULT 1,
    warned integer,
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT agreement_days_check CHECK (from_day < review_on AND review_on <= to_day)
);
CREATE INDEX agreement_district_idx ON agreement (district_code);
CREATE INDEX agreement_provider_idx ON agreement (provider_id);
CREATE UNIQUE INDEX agreement_renewal_key ON agreement (renews) WHERE state <> 'ended';

CREATE TABLE agreement_document (
    agreement_id uuid PRIMARY KEY REFERENCES agreement,
    district_code integer NOT NULL,
    content bytea NOT NULL,
    size integer NOT NULL,
    sent_at timestamptz NOT NULL
);

CREATE TABLE focal_point (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    district_code integer NOT NULL,
    organization_id uuid NOT NULL REFERENCES organization,
    side text NOT NULL CONSTRAINT focal_point_side_check CHECK (side IN ('unit', 'provider')),
    post text NOT NULL,
    duty_phone text NOT NULL,
    membership_id uuid NOT NULL REFERENCES membership,
    handover_id uuid,
    named_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX focal_point_agreement_idx ON focal_point (agreement_id);
CREATE INDEX focal_point_membership_idx ON focal_point (membership_id);

CREATE TABLE handover (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    district_code integer NOT NULL,
    organization_id uuid NOT NULL REFERENCES organization,
    focal_point_id uuid NOT NULL REFERENCES focal_point,
    successor_membership uuid NOT NULL REFERENCES membership,
    successor_account uuid NOT NULL,
    duty_phone text NOT NULL,
    due_on date NOT NULL,
    named_at timestamptz NOT NULL,
    taken_at timestamptz
);
CREATE UNIQUE INDEX handover_open_key ON handover (focal_point_id) WHERE taken_at IS NULL;
CREATE INDEX handover_successor_idx ON handover (successor_account);
"""

HERE = f"district_code = ANY ({DISTRICTS})"
SEEN = f"{HERE} AND {ROLE} IN ('coordinator', 'data_officer', 'unit_supervisor', 'provider_manager')"
COORDINATED = f"{HERE} AND {ROLE} = 'coordinator'"
OWN = f"organization_id = {ORGANIZATION} AND {ROLE} IN ('unit_supervisor', 'provider_manager')"
NAMED = f"successor_account = {ACCOUNT}"
HANDED_OVER = (
    "EXISTS (SELECT FROM handover WHERE handover.successor_account = "
    f"{ACCOUNT} AND (handover.focal_point_id = focal_point.id OR handover.id = focal_point.handover_id))"
)


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("agreement", "agreement_document"):
        writing = {f"web {command}": COORDINATED for command in ("insert", "update", "delete")}
        enable_rls(op, table, {"web select": SEEN, **writing})
    enable_rls(
        op,
        "handover",
        {"web select": f"({SEEN}) OR {NAMED}", "web insert": OWN, "web update": f"({OWN}) OR {NAMED}"},
    )
    enable_rls(
        op,
        "focal_point",
        {
            "web select": f"({SEEN}) OR {HANDED_OVER}",
            "web insert": f"({OWN}) OR {HANDED_OVER}",
            "web update": f"({OWN}) OR {HANDED_OVER}",
        },
    )
