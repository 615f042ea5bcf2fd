"""Whether an account works for the body of a whole state is told to whoever would reset it, also from out of reach."""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0054_resets_of_states"
down_revision = "0053_people_of_providers"
branch_labels = None
depends_on = None

_FUNCTION = """
CREATE FUNCTION works_for_a_state(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM public.membership JOIN public.organization ON organization.id = membership.organization_id
        WHERE membership.account_id = wanted AND membership.ended_at IS NULL
            AND organization.record->>'whole_state' = 'true'
    )
$$;
REVOKE ALL ON FUNCTION works_for_a_state(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION works_for_a_state(uuid) TO "{web}", "{worker}";
"""


def upgrade() -> None:
    op.execute(_FUNCTION.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
