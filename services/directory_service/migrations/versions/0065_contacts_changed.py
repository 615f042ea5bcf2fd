"""When somebody last changed the own phone number or mail address, so that no restore brings the former one back."""

from alembic import op

revision = "0065_contacts_changed"
down_revision = "0064_passwords_of_tickets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN contacts_changed_at timestamptz")
