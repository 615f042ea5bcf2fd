"""Somebody is home: which roles of an organisation have somebody who can sign in, and whose districts fall to a state.

`staffing` is worked out by the database from the memberships, in the transaction that changes them. Whoever signs in
sees no memberships but the own ones, hence `settle_staffing`, which runs with its owner's rights, takes no value from
its caller and says nothing of a person. `staffed` stays null where an older version wrote the row: never worked out.
"""

from alembic import op

from service_kit.db.row_security import role_name

revision = "0014_somebody_is_home"
down_revision = "0013_shown_at"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE organization
    ADD COLUMN staffed text[],
    ADD COLUMN stands_in_for integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN staffing_version integer NOT NULL DEFAULT 0;
ALTER TABLE organization ALTER COLUMN staffed SET DEFAULT '{}';
"""

# A role that needs a second factor is home only with one; the list is `setu.roles`, which a test compares.
HOME = """
CREATE VIEW home_membership AS
SELECT membership.organization_id, membership.role,
    CASE WHEN cardinality(membership.districts) = 0 THEN ARRAY[membership.organization_district]
        ELSE membership.districts END AS districts
FROM membership
JOIN account ON account.id = membership.account_id
WHERE membership.ended_at IS NULL AND account.closed_at IS NULL
    AND account.password_hash IS NOT NULL AND account.password_changed_at IS NOT NULL
    AND (membership.role NOT IN ('case_worker', 'custody_health', 'data_officer') OR EXISTS (
        SELECT FROM second_factor
        WHERE second_factor.account_id = account.id AND confirmed_at IS NOT NULL AND second_factor.ended_at IS NULL
    ));
"""

STAFFING = """
CREATE VIEW staffing AS
SELECT organization.id AS organization_id, COALESCE(home.roles, '{}') AS staffed,
    COALESCE(fallen.districts, '{}') AS stands_in_for
FROM organization
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT role ORDER BY role) AS roles FROM home_membership WHERE organization_id = organization.id
) AS home ON true
LEFT JOIN LATERAL (
    SELECT array_agg(district.code ORDER BY district.code) AS districts
    FROM district JOIN district AS own ON own.state_code = district.state_code
    WHERE own.code = organization.district_code AND organization.record->>'whole_state' = 'true'
        AND organization.kind = 'coordinating_body' AND organization.status = 'active'
        AND NOT EXISTS (
            SELECT FROM home_membership AS theirs JOIN organization AS body ON body.id = theirs.organization_id
            WHERE theirs.role = 'coordinator' AND district.code = ANY (theirs.districts)
                AND body.status = 'active' AND body.deleted_at IS NULL
        )
) AS fallen ON true
WHERE organization.deleted_at IS NULL;
"""

# The rows are locked before anything is read, or two memberships that end at once would each see the other one's.
SETTLE = """
CREATE FUNCTION settle_staffing(wanted uuid[]) RETURNS TABLE (organization_id uuid, staffed_before text[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM public.organization AS locked WHERE locked.id = ANY (wanted) ORDER BY locked.id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH before AS (
        SELECT held.id, held.staffed FROM public.organization AS held WHERE held.id = ANY (wanted)
    )
    UPDATE public.organization AS changed
    SET staffed = staffing.staffed, stands_in_for = staffing.stands_in_for,
        staffing_version = changed.staffing_version + 1
    FROM public.staffing JOIN before ON before.id = staffing.organization_id
    WHERE changed.id = staffing.organization_id
        AND (changed.staffed IS DISTINCT FROM staffing.staffed OR changed.stands_in_for <> staffing.stands_in_for)
    RETURNING changed.id, before.staffed;
END $$;
REVOKE ALL ON FUNCTION settle_staffing(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION settle_staffing(uuid[]) TO "{web}", "{worker}";
REVOKE ALL ON home_membership, staffing FROM "{web}", "{worker}";
GRANT SELECT ON home_membership, staffing TO "{worker}";
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(HOME)
    op.execute(STAFFING)
    op.execute(SETTLE.format(web=role_name(op, "web"), worker=role_name(op, "worker")))
