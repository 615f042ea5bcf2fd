"""The copies of organisations say who is home; null where no event has said it yet: unknown, which excludes nothing."""

from alembic import op

revision = "0004_somebody_is_home"
down_revision = "0003_team_referral"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE directory_organization ADD COLUMN staffed text[], ADD COLUMN stands_in_for integer[]")
