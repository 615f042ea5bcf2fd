"""Two focal points of an agreement are two people: of those that one member was named for, the younger ends.

Then one of its side is still to be named, which the agreement's page and the partners' list say.
"""

from alembic import op

revision = "0067_two_focal_points"
down_revision = "0066_handovers_to_gone"
branch_labels = None
depends_on = None

DOUBLES = """
UPDATE focal_point SET ended_at = now() WHERE ended_at IS NULL AND EXISTS (
    SELECT FROM focal_point AS older
    WHERE older.agreement_id = focal_point.agreement_id AND older.membership_id = focal_point.membership_id
        AND older.ended_at IS NULL AND (older.named_at, older.id) < (focal_point.named_at, focal_point.id)
)
"""


def upgrade() -> None:
    op.execute(DOUBLES)
    op.execute(
        "CREATE UNIQUE INDEX focal_point_member_key ON focal_point (agreement_id, membership_id) WHERE ended_at IS NULL"
    )
