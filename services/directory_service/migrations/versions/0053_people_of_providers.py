"""By the policies, too, a coordinator lets nobody into a provider but the first manager of one that waits.

And what the closing of a provider offered at its successor, whose manager was not asked, is taken back.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE

revision = "0053_people_of_providers"
down_revision = "0052_providers_begin_by_two"
branch_labels = None
depends_on = None

_WHOLE_STATE = "EXISTS (SELECT FROM organization AS body WHERE body.id = {id} AND body.record->>'whole_state' = 'true')"
NOT_ABOVE = f"(NOT {_WHOLE_STATE.format(id='organization_id')} OR {_WHOLE_STATE.format(id=ORGANIZATION)})"
COORDINATOR = f"{ROLE} = 'coordinator'"
FIRST_MANAGER = (
    "role = 'provider_manager' AND EXISTS (SELECT FROM organization AS waiting"  # conditions are our own words
    " WHERE waiting.id = organization_id AND waiting.status = 'pending')"
)
CONDITIONS = {
    "membership": (
        f"{COORDINATOR} AND organization_district = ANY ({DISTRICTS}) AND {NOT_ABOVE}"
        f" AND (organization_kind <> 'provider' OR ({FIRST_MANAGER}))"
    ),
    "invitation": (
        f"{COORDINATOR} AND EXISTS (SELECT FROM organization AS place WHERE place.id = organization_id"
        f" AND place.district_code = ANY ({DISTRICTS}) AND place.kind <> 'provider') AND {NOT_ABOVE}"
    ),
}
TAKEN_BACK = """
UPDATE invitation SET withdrawn_at = now() WHERE withdrawn_at IS NULL AND answered_at IS NULL AND EXISTS (
    SELECT FROM organization AS successor
    JOIN organization AS closed ON closed.successor_id = successor.id
    JOIN membership ON membership.organization_id = closed.id
    WHERE successor.id = invitation.organization_id AND successor.kind = 'provider'
        AND membership.account_id = invitation.account_id AND membership.ended_at IS NOT NULL
)
"""


def upgrade() -> None:
    for table, condition in CONDITIONS.items():
        op.execute(f'ALTER POLICY "coordinator_insert" ON {table} WITH CHECK ({condition})')
    op.execute(TAKEN_BACK)
