"""Calendar feeds: a secret address of a membership. Whoever presents it sees its row, and no other."""

from alembic import op

from service_kit.db.row_security import ACCOUNT, enable_rls

revision = "0018_calendar_feeds"
down_revision = "0017_meetings"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE calendar_feed (
    id uuid PRIMARY KEY,
    membership_id uuid NOT NULL REFERENCES membership,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    role text NOT NULL,
    districts integer[] NOT NULL,
    digest bytea NOT NULL,
    made_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX calendar_feed_digest_key ON calendar_feed (digest);
CREATE UNIQUE INDEX calendar_feed_open_key ON calendar_feed (membership_id) WHERE ended_at IS NULL;
"""

PRESENTED = "digest = (SELECT decode(NULLIF(current_setting('setu.calendar_feed', true), ''), 'hex'))"
OWN = f"account_id = {ACCOUNT}"


def upgrade() -> None:
    op.execute(TABLE)
    enable_rls(
        op,
        "calendar_feed",
        {"web select": f"{PRESENTED} OR ({OWN})", "web insert": OWN, "web update": OWN},
    )
