"""A court has a supervisor, like a police unit or a prison: somebody orders its cards and keeps its members."""

from alembic import op

revision = "0016_supervisors_of_courts"
down_revision = "0015_unread_columns"
branch_labels = None
depends_on = None

_CHECK = """
ALTER TABLE membership
    DROP CONSTRAINT membership_role_fits_kind_check,
    ADD CONSTRAINT membership_role_fits_kind_check CHECK (
        (role = 'officer' AND organization_kind IN ('police_unit', 'court', 'prison'))
        OR (role = 'custody_health' AND organization_kind = 'prison')
        OR (role = 'unit_supervisor' AND organization_kind IN ('police_unit', 'court', 'prison'))
        OR (role IN ('case_worker', 'provider_manager') AND organization_kind = 'provider')
        OR (role IN ('coordinator', 'data_officer') AND organization_kind = 'coordinating_body'))
"""


def upgrade() -> None:
    op.execute(_CHECK)
