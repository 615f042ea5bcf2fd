"""Resets of two people that an older release was asked are asked anew, and both who printed a half are hands.

Such a reset would give a whole slip to whoever agrees, and one that was agreed to has given it. Whether whoever asked
is one of two people still is told to whoever would agree, also from out of reach.
"""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0060_both_hands_of_halves"
down_revision = "0059_set_up_while_waiting"
branch_labels = None
depends_on = None

_FUNCTION = """
CREATE FUNCTION is_one_of_two(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM public.membership WHERE membership.account_id = wanted AND membership.ended_at IS NULL
            AND membership.role IN ('coordinator', 'data_officer')
    )
$$;
REVOKE ALL ON FUNCTION is_one_of_two(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_one_of_two(uuid) TO "{web}", "{worker}";
"""
WHOLE_SLIPS = """
UPDATE slip SET ended_at = now() FROM reset
WHERE slip.used_at IS NULL AND slip.ended_at IS NULL AND slip.first_half IS NULL
    AND reset.account_id = slip.account_id AND reset.decision = 'approved' AND reset.decided_at = slip.created_at
"""
WITHOUT_HALF = """
UPDATE reset SET decided_at = now(), decision = 'refused' WHERE decided_at IS NULL AND first_half IS NULL
"""


def upgrade() -> None:
    op.execute(_FUNCTION.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
    op.execute(WHOLE_SLIPS)
    op.execute(WITHOUT_HALF)
