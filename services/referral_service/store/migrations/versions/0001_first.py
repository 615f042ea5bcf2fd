"""The first schema: the kit's tables, the three groups of the referral service, row-level security, the one door."""

from alembic import op

from referral_service.store.policies import POLICIES
from referral_service.store.tables import metadata
from service_kit.db.migrate import create_kit_tables, enable_rls, role_name

revision = "0001_first"
down_revision = None
branch_labels = None
depends_on = None

# Withdrawal by code is for a person without an account: this finds the referral of a card and gives nothing but its id.
_DOOR = """
CREATE FUNCTION referral_of_card(code bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT referral_id FROM card_holder WHERE code_mac = code $$;
"""


def upgrade() -> None:
    create_kit_tables(op)
    metadata.create_all(op.get_bind(), checkfirst=False)
    for table, policies in POLICIES.items():
        enable_rls(op, table, policies)
    op.execute(_DOOR)
    op.execute(f'GRANT EXECUTE ON FUNCTION referral_of_card(bytea) TO "{role_name(op, "web")}"')
