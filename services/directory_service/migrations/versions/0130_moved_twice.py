"""An agreement knows since when it lay where it was moved from last: its guests get no meeting there of before.

A unit that is moved on, or back, had left its partners every meeting that the district between had ever held. The
policy of 0120, which asks for that day, too.
"""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE

revision = "0130_moved_twice"
down_revision = "0120_moved_agreements"
branch_labels = None
depends_on = None

SIDE = f"{ROLE} IN ('unit_supervisor', 'provider_manager')"
TOLD = "(state IN ('planned', 'held', 'not_quorate') OR (state = 'cancelled' AND sequence > 0))"
IS_PARTY = f"{ORGANIZATION} IN (agreement.unit_id, agreement.provider_id)"
THEIR_DISTRICTS = (
    f"SELECT agreement.district_code FROM agreement WHERE {IS_PARTY}"
    f" UNION SELECT agreement.moved_from FROM agreement WHERE {IS_PARTY} AND agreement.moved_from IS NOT NULL"
)
MEETS = "(meeting.starts_at AT TIME ZONE 'Asia/Kolkata')::date"
LAY_THERE = (
    "((agreement.district_code = meeting.district_code"
    f" AND (agreement.moved_on IS NULL OR agreement.moved_on <= {MEETS}))"
    f" OR (agreement.moved_from = meeting.district_code AND agreement.moved_on > {MEETS}"
    f" AND (agreement.moved_from_since IS NULL OR agreement.moved_from_since <= {MEETS})))"
)
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
    f"EXISTS (SELECT FROM agreement WHERE {LAY_THERE}"
    f" AND {IS_PARTY} AND {MEETS} BETWEEN agreement.from_day AND agreement.to_day AND {STOOD} AND NOT {RESTED})"
)


def upgrade() -> None:
    op.execute("ALTER TABLE agreement ADD COLUMN moved_from_since date")
    is_guest = f"{SIDE} AND {TOLD} AND district_code = ANY (ARRAY({THEIR_DISTRICTS})) AND {HAD_AGREEMENT}"
    op.execute(f'ALTER POLICY "guest_select" ON meeting USING ({is_guest})')
