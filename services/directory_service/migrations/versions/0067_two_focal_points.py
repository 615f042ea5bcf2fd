"""Two focal points of an agreement are two people: of those that one person was named for, the younger ends.

Then one of its side is still to be named, which the agreement's page and the partners' list say. The lock comes first:
without it the last release may name a double between the two statements, and the index is refused.
"""

from alembic import op

revision = "0067_two_focal_points"
down_revision = "0066_handovers_to_gone"
branch_labels = None
depends_on = None

DOUBLES = """
UPDATE focal_point SET ended_at = now() FROM membership AS own
WHERE own.id = focal_point.membership_id AND focal_point.ended_at IS NULL AND EXISTS (
    SELECT FROM focal_point AS older JOIN membership ON membership.id = older.membership_id
    WHERE older.agreement_id = focal_point.agreement_id AND membership.account_id = own.account_id
        AND older.ended_at IS NULL AND (older.named_at, older.id) < (focal_point.named_at, focal_point.id)
)
"""


def upgrade() -> None:
    op.execute("LOCK TABLE focal_point IN SHARE ROW EXCLUSIVE MODE")
    op.execute(DOUBLES)
    op.execute(
        "CREATE UNIQUE INDEX focal_point_member_key ON focal_point (agreement_id, membership_id) WHERE ended_at IS NULL"
    )
