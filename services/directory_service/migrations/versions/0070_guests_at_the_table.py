"""Guests of a district's table read the meetings at which they sit, and what stands on their agenda.

A guest is a party of an agreement that has the meeting's day and lies in the meeting's district. Its own district is
another one.
"""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE, role_name

revision = "0070_guests_at_the_table"
down_revision = "0068_location_copies"
branch_labels = None
depends_on = None

SIDE = f"{ROLE} IN ('unit_supervisor', 'provider_manager')"
TOLD = "(state IN ('planned', 'held', 'not_quorate') OR (state = 'cancelled' AND sequence > 0))"
HAS_AGREEMENT = (
    "EXISTS (SELECT FROM agreement WHERE agreement.district_code = meeting.district_code"
    f" AND {ORGANIZATION} IN (agreement.unit_id, agreement.provider_id) AND agreement.state = 'active'"
    " AND (meeting.starts_at AT TIME ZONE 'Asia/Kolkata')::date BETWEEN agreement.from_day AND agreement.to_day)"
)
ON_AGENDA = "state IN ('on', 'discussed') AND EXISTS (SELECT FROM meeting WHERE meeting.id = agenda_item.meeting_id)"


def upgrade() -> None:
    web = role_name(op, "web")
    for table, rows in {"meeting": f"{TOLD} AND {HAS_AGREEMENT}", "agenda_item": ON_AGENDA}.items():
        op.execute(f'CREATE POLICY "guest_select" ON {table} FOR SELECT TO "{web}" USING ({SIDE} AND {rows})')
