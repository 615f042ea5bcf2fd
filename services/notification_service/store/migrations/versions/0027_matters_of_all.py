"""Notices and messages of a matter are found by it: an event that settles one had read every message that was kept.

Read notices, too, since what comes late is compared with what settled it.
"""

from alembic import op

revision = "0027_matters_of_all"
down_revision = "0026_matters"
branch_labels = None
depends_on = None

_MATTERS = """
CREATE INDEX notice_every_matter_idx ON notice (matter) WHERE matter IS NOT NULL;
CREATE INDEX delivery_matter_idx ON delivery (matter) WHERE matter IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(_MATTERS)
