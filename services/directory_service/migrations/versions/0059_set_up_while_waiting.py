"""By the policies, too, a provider that waits to be let in invites nobody, and whoever lets it in ends what it set up.

A coordinator or data officer of the district sees the invitations and API keys of one that waits, and can do nothing
to them but to end them.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, role_name

revision = "0059_set_up_while_waiting"
down_revision = "0058_first_slips"
branch_labels = None
depends_on = None

_WAITING = (
    "SELECT FROM organization AS waiting WHERE waiting.id = organization_id"  # conditions are our own words
    " AND waiting.kind = 'provider' AND waiting.status = 'pending'"
)
INVITES = (
    f"organization_id = {ORGANIZATION} AND {ROLE} IN ('unit_supervisor', 'provider_manager', 'coordinator')"
    f" AND NOT EXISTS ({_WAITING})"
)
LETS_IN = (
    f"{ROLE} IN ('coordinator', 'data_officer') AND EXISTS ({_WAITING} AND waiting.district_code = ANY ({DISTRICTS}))"
)
ENDS = {"invitation": "withdrawn_at", "api_key": "ended_at"}


def upgrade() -> None:
    web = role_name(op, "web")
    op.execute(f'ALTER POLICY "{web}_insert" ON invitation WITH CHECK ({INVITES})')
    for table, end in ENDS.items():
        op.execute(f'CREATE POLICY "letting_in_select" ON {table} FOR SELECT TO "{web}" USING ({LETS_IN})')
        op.execute(
            f'CREATE POLICY "letting_in_update" ON {table} FOR UPDATE TO "{web}"'
            f" USING ({LETS_IN}) WITH CHECK ({LETS_IN} AND {end} IS NOT NULL)"
        )
