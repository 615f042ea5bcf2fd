"""Who entered a provider, and that a data officer lets one in, too.

By the policies a data officer changes a provider of the own districts that waits or is new, and only into one that is
active; and what is told of its services when that makes them public. Providers that are there stay as they are.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ROLE, role_name

revision = "0051_providers_begin_by_two"
down_revision = "0050_closing_since"
branch_labels = None
depends_on = None

_BEGINS = (
    f"{ROLE} = 'data_officer' AND {{table}}.kind = 'provider' AND {{table}}.established_at IS NULL"
    f" AND {{table}}.district_code = ANY ({DISTRICTS})"
)
_LETS_IN = """
CREATE POLICY "data_officer_update" ON organization FOR UPDATE TO "{web}"
    USING ({begins} AND status IN ('pending', 'active')) WITH CHECK ({begins} AND status = 'active')
"""
_ITS_OWN = "EXISTS (SELECT FROM organization AS provider WHERE provider.id = organization_id AND {begins})"


def upgrade() -> None:
    op.execute("ALTER TABLE organization ADD COLUMN made_by uuid")
    web = role_name(op, "web")
    op.execute(_LETS_IN.format(web=web, begins=_BEGINS.format(table="organization")))
    its_own = _ITS_OWN.format(begins=_BEGINS.format(table="provider") + " AND provider.status = 'active'")
    for table, command in (("service", "UPDATE"), ("service_at_location", "INSERT"), ("service_at_location", "DELETE")):
        using = "" if command == "INSERT" else f" USING ({its_own})"
        check = "" if command == "DELETE" else f" WITH CHECK ({its_own})"
        op.execute(f'CREATE POLICY "data_officer_{command.lower()}" ON {table} FOR {command} TO "{web}"{using}{check}')
