"""The child path: a referral's own 24-hour clock, and the state's body that hears of it.

Referrals of before follow the clock of urgent ones; the directory tells which bodies are a state's when it publishes.
"""

from alembic import op

from referral_service.store.policies import OVERSEER
from service_kit.db.row_security import role_name

revision = "0012_the_child_path"
down_revision = "0011_unmet_need"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE task
    ADD COLUMN child_path boolean DEFAULT false NOT NULL,
    ADD COLUMN child_due timestamptz,
    ADD COLUMN child_told_at timestamptz;
ALTER TABLE directory_organization ADD COLUMN oversees integer[];
CREATE INDEX task_child_due ON task (child_due) WHERE child_due IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(_COLUMNS)
    web = role_name(op, "web")
    op.execute(f'CREATE POLICY "{web}_overseer" ON task FOR SELECT TO "{web}" USING ({OVERSEER})')
