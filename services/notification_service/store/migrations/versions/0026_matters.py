"""Notices and their messages keep which meeting, handover or visit they are about.

So a handover's notice leads to it, and what asks nothing any more, since its meeting is off, is unread no longer. Older
rows have none: they lead where they led, and are read by hand.
"""

from alembic import op

revision = "0026_matters"
down_revision = "0025_contact_versions"
branch_labels = None
depends_on = None

_MATTERS = """
ALTER TABLE notice ADD COLUMN matter uuid;
ALTER TABLE delivery ADD COLUMN matter uuid;
CREATE INDEX notice_matter_idx ON notice (matter) WHERE matter IS NOT NULL AND read_at IS NULL;
"""


def upgrade() -> None:
    op.execute(_MATTERS)
