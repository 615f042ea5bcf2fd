"""Who reads a task is asked by role, so that a list's first rows come from an index."""

from alembic import op

from referral_service.store.policies import BY_ROLE
from service_kit.db.row_security import role_name

revision = "0015_tasks_by_role"
down_revision = "0014_worklist"
branch_labels = None
depends_on = None


def upgrade() -> None:
    web = role_name(op, "web")
    op.execute(f'ALTER POLICY "{web}_select" ON task USING ({BY_ROLE})')
