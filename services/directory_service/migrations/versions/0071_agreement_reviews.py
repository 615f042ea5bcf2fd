"""Reviews of agreements: the day of the last one, whether none follows before it ends, and what was told of the next.

A review day that passed in silence until now is told once, and stands on the meeting's agenda until it is noted.
"""

from alembic import op

revision = "0071_agreement_reviews"
down_revision = "0070_guests_at_the_table"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE agreement ADD COLUMN reviewed_on date;
ALTER TABLE agreement ADD COLUMN review_closed boolean NOT NULL DEFAULT false;
ALTER TABLE agreement ADD COLUMN review_reminded integer;
"""


def upgrade() -> None:
    op.execute(COLUMNS)
