"""Roles that two people give: proposals, and whose slips let an account in."""

from alembic import op

from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import ACCOUNT, DISTRICTS, ORGANIZATION, ROLE, enable_rls

revision = "0042_grants_of_two_people"
down_revision = "0041_hidden_places"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE grant_request (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT grant_request_organization_fkey REFERENCES organization (id),
    role text NOT NULL CONSTRAINT grant_request_role_check CHECK (role IN ('custody_health', 'data_officer')),
    invites boolean NOT NULL,
    user_name text NOT NULL,
    name text NOT NULL,
    phone text NOT NULL,
    mail text NOT NULL,
    language text NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_by uuid,
    decided_at timestamptz,
    decision text CONSTRAINT grant_request_decision_check CHECK (decision IN ('approved', 'refused')),
    done_at timestamptz,
    account_id uuid,
    CONSTRAINT grant_request_two_people_check CHECK (decided_by <> asked_by OR decision = 'refused'),
    CONSTRAINT grant_request_done_once_approved_check CHECK (done_at IS NULL OR decision = 'approved')
);
CREATE INDEX grant_request_organization_idx ON grant_request (organization_id);
CREATE TABLE let_in (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL CONSTRAINT let_in_account_fkey REFERENCES account (id),
    hand uuid NOT NULL,
    ends_at timestamptz,
    CONSTRAINT let_in_account_hand_key UNIQUE (account_id, hand)
);
"""
# Slips that were printed before: a data officer's count for good, as they do from now on.
_FORMER = """
INSERT INTO let_in (account_id, hand, ends_at)
SELECT account_id, printed_by, CASE WHEN bool_or(officer) THEN NULL ELSE max(created_at) + interval '30 days' END
FROM (
    SELECT slip.account_id, slip.printed_by, slip.created_at, EXISTS (
        SELECT FROM membership WHERE membership.account_id = slip.account_id AND role = 'data_officer'
            AND ended_at IS NULL
    ) AS officer
    FROM slip WHERE printed_by IS NOT NULL
) AS printed
GROUP BY account_id, printed_by
"""
_BODY = f"{ROLE} IN ('coordinator', 'data_officer')"
_WHOLE_STATE = "EXISTS (SELECT FROM organization AS body WHERE body.id = {id} AND body.record->>'whole_state' = 'true')"
_NOT_ABOVE = f"(NOT {_WHOLE_STATE.format(id='organization_id')} OR {_WHOLE_STATE.format(id=ORGANIZATION)})"
_IN_REACH = (  # conditions of policies are our own words
    f"{_BODY} AND (organization_id = {ORGANIZATION} OR EXISTS (SELECT FROM organization"
    f" WHERE organization.id = organization_id AND district_code = ANY ({DISTRICTS})) AND {_NOT_ABOVE})"
)
_NEAR = f"account_id = {ACCOUNT} OR EXISTS (SELECT FROM membership WHERE membership.account_id = let_in.account_id)"


def upgrade() -> None:
    op.execute(_TABLES)
    op.execute(_FORMER)
    enable_rls(
        op,
        "grant_request",
        {
            "web select": _IN_REACH,
            "web insert": f"{ROLE} = 'coordinator' AND asked_by = {ACCOUNT} AND ({_IN_REACH})",
            "web update": _IN_REACH,
        },
    )
    enable_rls(op, "let_in", {"web": _NEAR})
    note_survivor(op, "grant_request", "id")
    note_survivor(op, "let_in", "id")
