"""The two views of unmet need go, which nothing has read since figures are frozen: they showed counts of one and two.

So does the index that served them alone.
"""

from alembic import op

revision = "0032_no_views_of_unmet_need"
down_revision = "0031_cards_tell_no_hour"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP VIEW unmet_by_district, unmet_by_need")
    op.execute("DROP INDEX tally_unmet")
