"""An agreement knows every district in which it lay, and in which days: its guests keep their meetings there.

A unit that is moved a second time had taken from its partners the meetings of its first district. The policy of 0130,
which asks for those districts, too; where an agreement was moved twice before, nothing is known of the first one. And
who reads a district's agreements reads those that lay there before: the table of a past meeting, whose numbers are
entered and counted, had lost a unit that was moved since, and its guests.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE, role_name

revision = "0140_moved_often"
down_revision = "0130_moved_twice"
branch_labels = None
depends_on = None

SIDE = f"{ROLE} IN ('unit_supervisor', 'provider_manager')"
TOLD = "(state IN ('planned', 'held', 'not_quorate') OR (state = 'cancelled' AND sequence > 0))"
IS_PARTY = f"{ORGANIZATION} IN (agreement.unit_id, agreement.provider_id)"
THEIR_DISTRICTS = (
    f"SELECT agreement.district_code FROM agreement WHERE {IS_PARTY}"
    f" UNION SELECT agreement.moved_from FROM agreement WHERE {IS_PARTY} AND agreement.moved_from IS NOT NULL"
    f" UNION SELECT unnest(agreement.earlier_districts) FROM agreement WHERE {IS_PARTY}"
)
MEETS = "(meeting.starts_at AT TIME ZONE 'Asia/Kolkata')::date"
LAY_EARLIER = (
    "EXISTS (SELECT FROM unnest(agreement.earlier_districts, agreement.earlier_since, agreement.earlier_until)"
    " AS stay(district, since, until) WHERE stay.district = meeting.district_code"
    f" AND stay.until > {MEETS} AND (stay.since IS NULL OR stay.since <= {MEETS}))"
)
LAY_THERE = (
    "((agreement.district_code = meeting.district_code"
    f" AND (agreement.moved_on IS NULL OR agreement.moved_on <= {MEETS}))"
    f" OR (agreement.moved_from = meeting.district_code AND agreement.moved_on > {MEETS}"
    f" AND (agreement.moved_from_since IS NULL OR agreement.moved_from_since <= {MEETS}))"
    f" OR {LAY_EARLIER})"
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
LAY_HERE = (
    f"{ROLE} IN ('coordinator', 'data_officer', 'unit_supervisor', 'provider_manager')"
    f" AND (moved_from = ANY ({DISTRICTS}) OR earlier_districts && {DISTRICTS})"
)


def upgrade() -> None:
    for column, kind in (("earlier_districts", "integer[]"), ("earlier_since", "date[]"), ("earlier_until", "date[]")):
        op.execute(f"ALTER TABLE agreement ADD COLUMN {column} {kind} NOT NULL DEFAULT '{{}}'")
    is_guest = f"{SIDE} AND {TOLD} AND district_code = ANY (ARRAY({THEIR_DISTRICTS})) AND {HAD_AGREEMENT}"
    op.execute(f'ALTER POLICY "guest_select" ON meeting USING ({is_guest})')
    op.execute(f'CREATE POLICY "moved_select" ON agreement FOR SELECT TO "{role_name(op, "web")}" USING ({LAY_HERE})')
