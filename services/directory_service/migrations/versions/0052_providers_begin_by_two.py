"""Who entered a provider, and that a data officer lets one in, too.

By the policies a data officer changes a provider of the own districts that waits or is new, and only into one that is
new; and what is told of its services when that makes them public. Providers that are there stay as they are.
"""

from alembic import op

from service_kit.db.row_security import DISTRICTS, ROLE, role_name

revision = "0052_providers_begin_by_two"
down_revision = "0051_clock_notes"
branch_labels = None
depends_on = None

_IN_REACH = f"{ROLE} = 'data_officer' AND provider.kind = 'provider' AND provider.district_code = ANY ({DISTRICTS})"
_IS_NEW = "provider.status = 'active' AND provider.established_at IS NULL"
_OF_NEW = (  # conditions of policies are our own words
    f"EXISTS (SELECT FROM organization AS provider WHERE provider.id = organization_id AND {_IN_REACH} AND {_IS_NEW})"
)


def upgrade() -> None:
    op.execute("ALTER TABLE organization ADD COLUMN made_by uuid")
    web = role_name(op, "web")
    waits_or_is_new = f"{_IN_REACH} AND (provider.status = 'pending' OR {_IS_NEW})".replace("provider.", "")
    is_new = f"{_IN_REACH} AND {_IS_NEW}".replace("provider.", "")
    op.execute(
        f'CREATE POLICY "data_officer_update" ON organization FOR UPDATE TO "{web}"'
        f" USING ({waits_or_is_new}) WITH CHECK ({is_new})"
    )
    for table, command in (("service", "UPDATE"), ("service_at_location", "INSERT"), ("service_at_location", "DELETE")):
        using = "" if command == "INSERT" else f" USING ({_OF_NEW})"
        check = "" if command == "DELETE" else f" WITH CHECK ({_OF_NEW})"
        op.execute(f'CREATE POLICY "data_officer_{command.lower()}" ON {table} FOR {command} TO "{web}"{using}{check}')
