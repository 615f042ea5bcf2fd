"""Open invitations of an organisation are withdrawn as somebody who could send them stops managing it, or is reset.

Whoever resets an account may see neither its other memberships nor a provider's invitations, hence `withdraw_open_of`,
which runs with its owner's rights. It withdraws only for a membership that ended, or an account that was reset, at the
moment that its caller names; and nothing that two people gave, which a manager alone could not have sent.
"""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0063_invitations_of_managers"
down_revision = "0062_ended_handovers"
branch_labels = None
depends_on = None

_FUNCTION = """
CREATE FUNCTION withdraw_open_of(manager uuid, at timestamptz) RETURNS SETOF uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE public.invitation SET withdrawn_at = at
    WHERE withdrawn_at IS NULL AND answer IS DISTINCT FROM 'accepted' AND cardinality(hands) = 0
        AND organization_id IN (
            SELECT membership.organization_id
            FROM public.membership JOIN public.account ON account.id = membership.account_id
            WHERE membership.account_id = manager
                AND membership.role IN ('unit_supervisor', 'provider_manager', 'coordinator')
                AND (membership.ended_at = at OR membership.ended_at IS NULL AND account.reset_at = at)
        )
    RETURNING id
$$;
REVOKE ALL ON FUNCTION withdraw_open_of(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION withdraw_open_of(uuid, timestamptz) TO "{web}", "{worker}";
"""


def upgrade() -> None:
    op.execute(_FUNCTION.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
