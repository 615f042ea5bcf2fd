"""The views of unmet need go, which counted to the one: no program has read them since 0017, nor the last release."""

from alembic import op

revision = "0032_unread_views"
down_revision = "0031_cards_tell_no_hour"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP VIEW unmet_by_district, unmet_by_need")
