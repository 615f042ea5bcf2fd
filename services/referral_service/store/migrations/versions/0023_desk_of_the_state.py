"""The desk is for whoever reaches the whole state; who let data officers in; when a person put something right."""

from alembic import op

from referral_service.store.policies import DATA_OFFICER_POLICIES, DESK_POLICIES
from service_kit.db.migration_helpers import note_survivor
from service_kit.db.row_security import enable_rls, role_name

revision = "0023_desk_of_the_state"
down_revision = "0022_desk"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE data_officer (
    membership_id uuid NOT NULL,
    account_id uuid NOT NULL,
    version bigint NOT NULL,
    let_in_by jsonb NOT NULL,
    PRIMARY KEY (membership_id)
);
CREATE INDEX data_officer_account ON data_officer (account_id);
ALTER TABLE identity ADD COLUMN corrected_at timestamptz;
"""


def upgrade() -> None:
    op.execute(_TABLES)
    for table, policies in DATA_OFFICER_POLICIES.items():
        enable_rls(op, table, policies)
    web = role_name(op, "web")
    op.execute(f'REVOKE INSERT, UPDATE, DELETE ON data_officer FROM "{web}"')
    for command, condition in DESK_POLICIES["desk_request"].items():
        name = f"{web}_{command.removeprefix('web ')}"
        using = "" if command == "web insert" else f" USING ({condition})"
        check = "" if command == "web select" else f" WITH CHECK ({condition})"
        op.execute(f'ALTER POLICY "{name}" ON desk_request{using}{check}')
    note_survivor(op, "identity", "referral_id", on="INSERT", when="NEW.corrected_at IS NOT NULL")
