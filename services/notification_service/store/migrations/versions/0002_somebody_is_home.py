"""The copies of organisations say who is home; null where no event has said it yet: unknown, which excludes nobody.

The web role reads of the own organisation for which districts it stands in, and nothing else.
"""

from alembic import op

from service_kit.db.row_security import ORGANIZATION, role_name

revision = "0002_somebody_is_home"
down_revision = "0001_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE organization ADD COLUMN staffed text[], ADD COLUMN stands_in_for integer[]")
    op.execute("CREATE INDEX organization_stands_in_for ON organization USING gin (stands_in_for)")
    web = role_name(op, "web")
    op.execute(f'GRANT SELECT (id, deleted, stands_in_for) ON organization TO "{web}"')
    op.execute(f'CREATE POLICY "{web}_select" ON organization FOR SELECT TO "{web}" USING (id = {ORGANIZATION})')
