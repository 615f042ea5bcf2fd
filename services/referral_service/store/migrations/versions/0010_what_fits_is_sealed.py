"""What decides which services fit is sealed beside the identity; a chain remembers who declined, and whom Setu picked.

Referrals of before have no `fit`: it is read of their identity.
"""

from alembic import op

revision = "0010_what_fits_is_sealed"
down_revision = "0009_standing_of_organizations"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE identity ADD COLUMN fit bytea;
ALTER TABLE task
    ADD COLUMN declined_organizations uuid[] DEFAULT '{}' NOT NULL,
    ADD COLUMN unnamed boolean DEFAULT false NOT NULL;
"""


def upgrade() -> None:
    op.execute(_COLUMNS)
