"""The districts in which an organisation has agreements are found once for each query, before its guest's meetings.

The policy of 0070, as 0081 has it, asked for an agreement for each meeting of the country. It says the same as before.
"""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE

revision = "0097_districts_of_guests"
down_revision = "0089_training_said_held"
branch_labels = None
depends_on = None

SIDE = f"{ROLE} IN ('unit_supervisor', 'provider_manager')"
TOLD = "(state IN ('planned', 'held', 'not_quorate') OR (state = 'cancelled' AND sequence > 0))"
IS_PARTY = f"{ORGANIZATION} IN (agreement.unit_id, agreement.provider_id)"
HAS_AGREEMENTS_THERE = f"district_code = ANY (ARRAY(SELECT agreement.district_code FROM agreement WHERE {IS_PARTY}))"
MEETS = "(meeting.starts_at AT TIME ZONE 'Asia/Kolkata')::date"
STOOD = (
    "(agreement.state = 'active' OR (agreement.state = 'ended' AND agreement.was_active"
    f" AND (agreement.ended_at AT TIME ZONE 'Asia/Kolkata')::date > {MEETS}))"
)
AWAY_SINCE = "least(party.suspended_since, party.closing_since, party.deleted_at)"
RESTED = (
    "EXISTS (SELECT FROM organization AS party WHERE party.id IN (agreement.unit_id, agreement.provider_id)"
    " AND (party.status <> 'active' OR party.deleted_at IS NOT NULL)"
    f" AND coalesce(({AWAY_SINCE} AT TIME ZONE 'Asia/Kolkata')::date <= {MEETS}, true))"
)
HAD_AGREEMENT = (
    "EXISTS (SELECT FROM agreement WHERE agreement.district_code = meeting.district_code"
    f" AND {IS_PARTY} AND {MEETS} BETWEEN agreement.from_day AND agreement.to_day AND {STOOD} AND NOT {RESTED})"
)


def upgrade() -> None:
    op.execute("CREATE INDEX agreement_unit_idx ON agreement (unit_id)")
    is_guest = f"{SIDE} AND {TOLD} AND {HAS_AGREEMENTS_THERE} AND {HAD_AGREEMENT}"
    op.execute(f'ALTER POLICY "guest_select" ON meeting USING ({is_guest})')
