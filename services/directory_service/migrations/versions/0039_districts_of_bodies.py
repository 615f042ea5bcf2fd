"""A body's API key reads every district that the body coordinates, which no key may look up in the memberships."""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0039_districts_of_bodies"
down_revision = "0038_frozen_figures_survive"
branch_labels = None
depends_on = None

_FUNCTION = """
CREATE FUNCTION coordinated_districts(body uuid) RETURNS integer[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT COALESCE(array_agg(DISTINCT district), '{{}}')
    FROM public.membership CROSS JOIN unnest(membership.districts) AS district
    WHERE membership.organization_id = body AND membership.role = 'coordinator' AND membership.ended_at IS NULL
$$;
REVOKE ALL ON FUNCTION coordinated_districts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordinated_districts(uuid) TO "{web}", "{worker}";
"""


def upgrade() -> None:
    op.execute(_FUNCTION.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
