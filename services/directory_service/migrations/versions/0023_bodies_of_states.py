"""Who coordinates a district writes no membership and no invitation of the state's body, though it sits there.

The body of the whole state has every district of it: whoever could join it by the policy of its district would have
the state. Its own coordinators, and those of another such body, still do.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, role_name

revision = "0023_bodies_of_states"
down_revision = "0022_partnership_reminders"
branch_labels = None
depends_on = None

_WHOLE_STATE = "EXISTS (SELECT FROM organization AS body WHERE body.id = {id} AND body.record->>'whole_state' = 'true')"
NOT_ABOVE = f"(NOT {_WHOLE_STATE.format(id='organization_id')} OR {_WHOLE_STATE.format(id=ORGANIZATION)})"
COORDINATOR = f"{ROLE} = 'coordinator'"
CONDITIONS = {
    "membership": f"{COORDINATOR} AND organization_district = ANY ({DISTRICTS}) AND {NOT_ABOVE}",
    "invitation": (
        f"{COORDINATOR} AND EXISTS (SELECT FROM organization"  # conditions of policies are our own words
        f" WHERE organization.id = organization_id AND district_code = ANY ({DISTRICTS})) AND {NOT_ABOVE}"
    ),
}


def upgrade() -> None:
    web = role_name(op, "web")
    for table, condition in CONDITIONS.items():
        op.execute(f'DROP POLICY "coordinator_insert" ON {table}')
        op.execute(f'DROP POLICY "coordinator_update" ON {table}')
        op.execute(f'CREATE POLICY "coordinator_insert" ON {table} FOR INSERT TO "{web}" WITH CHECK ({condition})')
        op.execute(
            f'CREATE POLICY "coordinator_update" ON {table} FOR UPDATE TO "{web}"'
            f" USING ({condition}) WITH CHECK ({condition})"
        )
