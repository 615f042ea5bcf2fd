"""A place that is confidential no more keeps no hidden address: also where a coordinator's approval opens it.

Row-level security showed a coordinator no row of `location_confidential`, so approving deleted none.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ROLE, role_name

revision = "0011_opened_places"
down_revision = "0010_requests_of_organizations"
branch_labels = None
depends_on = None

_IN_DISTRICT = (
    f"{ROLE} = 'coordinator' AND EXISTS (SELECT FROM organization"
    f" WHERE organization.id = organization_id AND organization.district_code = ANY ({DISTRICTS}))"
)
#: True inside the transaction that opens a place, and for no row that stays.
_OPENED = f"EXISTS (SELECT FROM location WHERE location.id = location_id AND NOT confidential) AND {_IN_DISTRICT}"


def upgrade() -> None:
    op.execute(
        "DELETE FROM location_confidential USING location"
        " WHERE location.id = location_confidential.location_id AND NOT location.confidential"
    )
    for command in ("select", "delete"):
        op.execute(
            f'CREATE POLICY "coordinator_{command}" ON location_confidential FOR {command.upper()}'
            f' TO "{role_name(op, "web")}" USING ({_OPENED})'
        )
