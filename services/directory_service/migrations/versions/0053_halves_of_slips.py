"""The first half of a slip's code, as a digest: of a reset that takes two people each of them prints one half."""

from alembic import op

revision = "0053_halves_of_slips"
down_revision = "0052_providers_begin_by_two"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE reset ADD COLUMN first_half bytea")
    op.execute("ALTER TABLE slip ADD COLUMN first_half bytea")
