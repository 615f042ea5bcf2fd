"""A new visit elsewhere is only asked for, and of a partner; a coordinator names people of the agreement's sides.

What the insert policies of 0072 and 0078 let in beyond what the programs ask. Whether an agreement rests, and its
days, are the program's to ask.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ORGANIZATION, ROLE

revision = "0098_narrower_partnership"
down_revision = "0097_districts_of_guests"
branch_labels = None
depends_on = None

OF_UNIT = f"{ROLE} = 'unit_supervisor' AND unit_id = {ORGANIZATION} AND state = 'asked'"
OF_A_PARTNER = (
    "EXISTS (SELECT FROM agreement WHERE agreement.unit_id = hosted_visit.unit_id"
    " AND agreement.provider_id = hosted_visit.provider_id AND agreement.state = 'active')"
)
COORDINATED = f"district_code = ANY ({DISTRICTS}) AND {ROLE} = 'coordinator'"
MEMBERSHIPS = {"focal_point": "membership_id", "handover": "successor_membership"}


def of_a_side(table: str) -> str:
    """Of the agreement, which lies in the row's district; and of a member of that side."""
    return (
        f"EXISTS (SELECT FROM agreement WHERE agreement.id = {table}.agreement_id"
        f" AND agreement.district_code = {table}.district_code"
        f" AND {table}.organization_id IN (agreement.unit_id, agreement.provider_id))"
        f" AND EXISTS (SELECT FROM membership WHERE membership.id = {table}.{MEMBERSHIPS[table]}"
        f" AND membership.organization_id = {table}.organization_id)"
    )


def upgrade() -> None:
    op.execute(f'ALTER POLICY "own_insert" ON hosted_visit WITH CHECK ({OF_UNIT} AND {OF_A_PARTNER})')
    for table in MEMBERSHIPS:
        rows = f"{COORDINATED} AND {of_a_side(table)}"
        op.execute(f'ALTER POLICY "coordinator_insert" ON {table} WITH CHECK ({rows})')
