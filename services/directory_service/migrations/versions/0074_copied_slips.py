"""A slip with which two browsers have begun is void; a new second factor belongs to the browser that began it.

What waits to be confirmed as this runs is begun anew: nobody knows in which browser it was begun.
"""

from alembic import op

revision = "0074_copied_slips"
down_revision = "0073_own_actions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE slip ADD COLUMN voided_at timestamptz")
    op.execute(
        "ALTER TABLE second_factor ADD COLUMN begun_in uuid, ADD COLUMN begun_at timestamptz NOT NULL DEFAULT now()"
    )
