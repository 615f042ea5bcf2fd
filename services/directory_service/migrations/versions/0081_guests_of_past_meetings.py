"""Guests keep the meetings at which they sat: a policy asks whether an agreement stood on the day, not whether it does.

What ended names whether it was active until then, and an organisation since when it is suspended. Of those that ended
before, whoever was signed by both sides and had all focal points was active; of the suspended, the audit log knows.
"""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE

revision = "0081_guests_of_past_meetings"
down_revision = "0080_tickets_in_reach"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE agreement ADD COLUMN was_active boolean NOT NULL DEFAULT false;
ALTER TABLE organization ADD COLUMN suspended_since timestamptz;
"""
ENDED_BEFORE = """
UPDATE agreement SET was_active = true
WHERE state = 'ended' AND unit_signed_on IS NOT NULL AND provider_signed_on IS NOT NULL AND NOT EXISTS (
    SELECT FROM (VALUES ('unit'), ('provider')) AS side (name) WHERE 2 > (
        SELECT count(*) FROM focal_point
        WHERE focal_point.agreement_id = agreement.id AND focal_point.side = side.name
            AND focal_point.named_at <= agreement.ended_at
    )
)
"""
SUSPENDED_BEFORE = """
UPDATE organization SET suspended_since = (
    SELECT max(at) FROM audit_entry
    WHERE action = 'organization.suspend' AND object_type = 'organization' AND object_id = organization.id::text
) WHERE status = 'suspended'
"""

SIDE = f"{ROLE} IN ('unit_supervisor', 'provider_manager')"
TOLD = "(state IN ('planned', 'held', 'not_quorate') OR (state = 'cancelled' AND sequence > 0))"
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
    f" AND {ORGANIZATION} IN (agreement.unit_id, agreement.provider_id)"
    f" AND {MEETS} BETWEEN agreement.from_day AND agreement.to_day AND {STOOD} AND NOT {RESTED})"
)


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(ENDED_BEFORE)
    op.execute(SUSPENDED_BEFORE)
    op.execute(f'ALTER POLICY "guest_select" ON meeting USING ({SIDE} AND {TOLD} AND {HAD_AGREEMENT})')
