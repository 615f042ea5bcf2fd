"""People choose what is sent to them, and say when they are away.

Whoever holds the same role in the same organisation sees an absence and may take it up; nobody can be named.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, ORGANIZATION, ROLE, enable_rls, role_name

revision = "0014_choices"
down_revision = "0013_bodies_of_states"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE choices (
    account_id uuid PRIMARY KEY,
    off text[] NOT NULL,
    quiet_from time,
    quiet_until time,
    language text,
    version integer NOT NULL,
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL) AND quiet_from <> quiet_until)
);
CREATE TABLE absence (
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('case_worker', 'provider_manager', 'coordinator', 'data_officer')),
    first_day date NOT NULL,
    last_day date NOT NULL,
    stand_in uuid CHECK (stand_in <> account_id),
    PRIMARY KEY (account_id, organization_id, role),
    CHECK (first_day <= last_day)
);
CREATE INDEX absence_team ON absence (organization_id, role);
"""
GRANTS = """
REVOKE UPDATE ON absence FROM "{web}";
GRANT UPDATE (stand_in) ON absence TO "{web}";
"""
TEAM = f"organization_id = {ORGANIZATION} AND role = {ROLE}"
OWN = f"account_id = {ACCOUNT}"


def upgrade() -> None:
    op.execute(TABLES)
    enable_rls(op, "choices", {"web": OWN})
    take_up = f"{TEAM} AND account_id <> {ACCOUNT} AND (stand_in IS NULL OR stand_in = {ACCOUNT})"
    policies = {
        "web select": TEAM,
        "web insert": f"{OWN} AND {TEAM} AND stand_in IS NULL",
        "web update": take_up,
        "web delete": f"{OWN} AND {TEAM}",
    }
    enable_rls(op, "absence", policies)
    op.execute(GRANTS.format(web=role_name(op, "web")))
