"""A handover says with which partner its agreement is: its successor, of whatever role, reads no agreement."""

from alembic import op

revision = "0150_partner_of_handover"
down_revision = "0140_moved_often"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE handover ADD COLUMN partner_id uuid REFERENCES organization (id)")
    op.execute(
        "UPDATE handover SET partner_id = CASE handover.organization_id"
        " WHEN agreement.unit_id THEN agreement.provider_id ELSE agreement.unit_id END"
        " FROM agreement WHERE agreement.id = handover.agreement_id"
    )
