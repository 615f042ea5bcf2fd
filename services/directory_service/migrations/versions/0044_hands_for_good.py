"""Hands behind an account are read whoever asks, as ids alone; those behind accounts that two people rely on stay.

`invitation.hands` are the two who gave a role that takes two: noted at the account when its person accepts.
"""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0044_hands_for_good"
down_revision = "0043_parked_events"
branch_labels = None
depends_on = None

_FUNCTION = """
CREATE FUNCTION hands_behind(wanted uuid, at timestamptz) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT hand FROM public.let_in WHERE account_id = wanted AND (ends_at IS NULL OR ends_at > at)
$$;
REVOKE ALL ON FUNCTION hands_behind(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hands_behind(uuid, timestamptz) TO "{web}", "{worker}";
"""
_OF_INVITATIONS = "ALTER TABLE invitation ADD COLUMN hands uuid[] NOT NULL DEFAULT '{}'"
_RELIED_ON = """
SELECT membership.account_id FROM membership JOIN organization ON organization.id = membership.organization_id
WHERE membership.ended_at IS NULL AND (membership.role IN ('custody_health', 'data_officer')
    OR membership.role = 'coordinator' AND organization.record->>'whole_state' = 'true')
"""
FORMER = (  # these words are our own
    "INSERT INTO let_in (account_id, hand) SELECT DISTINCT account_id, printed_by FROM slip"
    f" WHERE printed_by IS NOT NULL AND account_id IN ({_RELIED_ON}) ON CONFLICT DO NOTHING"
)
FOR_GOOD = f"UPDATE let_in SET ends_at = NULL WHERE ends_at IS NOT NULL AND account_id IN ({_RELIED_ON})"


def upgrade() -> None:
    op.execute(_FUNCTION.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
    op.execute(_OF_INVITATIONS)
    op.execute(FORMER)
    op.execute(FOR_GOOD)
