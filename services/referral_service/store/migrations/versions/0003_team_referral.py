"""What a provider's manager may know of the team's referrals: a view of a few columns, so no need can come along.

The view reads `task` with its owner's rights and says itself whose rows they are; managers have no policy on `task`.
"""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, ROLE, role_name

revision = "0003_team_referral"
down_revision = "0002_withdrawals_are_queued"
branch_labels = None
depends_on = None

# conditions of views are SQL made of constants
_VIEW = f"""
CREATE VIEW team_referral WITH (security_barrier) AS
SELECT id, reference, status, ended_as, ghost, priority, district, submitted_at, opened_at, closed_at, due
FROM task
WHERE {ROLE} = 'provider_manager' AND (
    organization_id = {ORGANIZATION}
    OR (organization_id IS NULL AND candidate_organizations @> ARRAY[{ORGANIZATION}])
)
"""  # our own words


def upgrade() -> None:
    op.execute(_VIEW)
    for role in ("web", "worker"):
        op.execute(f'REVOKE ALL ON team_referral FROM "{role_name(op, role)}"')
    op.execute(f'GRANT SELECT ON team_referral TO "{role_name(op, "web")}"')
