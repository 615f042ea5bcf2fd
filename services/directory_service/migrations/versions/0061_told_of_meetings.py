"""Who was told of a meeting's date, so that they are told that it is off, whether or not they are at its table still.

Of what was planned before, nobody is noted until its next notice.
"""

from alembic import op

revision = "0061_told_of_meetings"
down_revision = "0060_both_hands_of_halves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("told", "told_points"):
        op.execute(f"ALTER TABLE meeting ADD COLUMN {column} uuid[] NOT NULL DEFAULT '{{}}'")
