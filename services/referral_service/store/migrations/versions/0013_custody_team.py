"""The health staff of a prison are one team for what they send, where the consent text that was read names the team.

What was sent before was agreed to without it, and stays its sender's alone.
"""

from alembic import op

from referral_service.store.policies import CUSTODY_TEAM, SHARED_BY_HEALTH_STAFF, TEAM_TABLES
from service_kit.db.row_security import role_name

revision = "0013_custody_team"
down_revision = "0012_the_child_path"
branch_labels = None
depends_on = None


def upgrade() -> None:
    web = role_name(op, "web")
    for table in TEAM_TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN shared_with_team boolean DEFAULT false NOT NULL")
        op.execute(f'CREATE POLICY "{web}_team" ON {table} FOR SELECT TO "{web}" USING ({CUSTODY_TEAM})')
        op.execute(
            f'CREATE POLICY "{web}_shares" ON {table} AS RESTRICTIVE FOR INSERT TO "{web}"'
            f" WITH CHECK ({SHARED_BY_HEALTH_STAFF})"
        )
    op.execute(
        "CREATE INDEX referral_sent_team ON referral_sent (organization_id, submitted_at, id) WHERE shared_with_team"
    )
