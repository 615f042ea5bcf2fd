"""Frozen figures outlive a restored backup: a month that was published is never frozen again with other numbers."""

from alembic import op

from referral_service.store.survivors import FIGURES
from service_kit.db.migration_helpers import note_survivor

revision = "0019_figures_survive"
down_revision = "0018_survivors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE frozen_figures ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid()"
        " CONSTRAINT frozen_figures_id_key UNIQUE"
    )
    note_survivor(op, FIGURES)
