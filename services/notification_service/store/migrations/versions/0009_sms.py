"""Members say whether they have a phone number; null where nobody has looked, which the worker does.

A process of the release before writes rows without it.
"""

from alembic import op

revision = "0009_sms"
down_revision = "0008_release_before_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE member ADD COLUMN has_phone boolean")
    op.execute("UPDATE member SET has_phone = false WHERE contact IS NULL")
