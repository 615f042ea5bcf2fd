"""Whoever is a focal point, in whatever role, reads the other side's posts while the agreement is active.

`held_agreement` breaks a circle: a policy of `focal_point` that asks `focal_point` asks itself. A view reads with its
owner's rights, and this one shows to an account alone what its own posts are, in the membership in which it is signed
in, and with whom until when. A post counts for a party of the agreement alone, on its own side and by a member of it:
the policies for new rows ask less than the programs do. It can only be read, and there is nothing to fill: it ends with
the post, the membership or the agreement. Its days, and whether it rests, are the program's to ask.
"""

from alembic import op

from service_kit.db.row_security import ACCOUNT, ORGANIZATION, ROLE, role_name

revision = "0160_held_agreements"
down_revision = "0150_partner_of_handover"
branch_labels = None
depends_on = None

VIEW = f"""
CREATE VIEW held_agreement WITH (security_barrier) AS
SELECT focal_point.agreement_id, membership.id AS membership_id, focal_point.organization_id,
    CASE focal_point.side WHEN 'unit' THEN agreement.provider_id ELSE agreement.unit_id END AS partner_id,
    agreement.from_day, agreement.to_day, agreement.review_on
FROM focal_point
JOIN membership ON membership.id = focal_point.membership_id
    AND membership.organization_id = focal_point.organization_id
JOIN agreement ON agreement.id = focal_point.agreement_id
    AND CASE focal_point.side WHEN 'unit' THEN agreement.unit_id ELSE agreement.provider_id END
        = focal_point.organization_id
WHERE focal_point.ended_at IS NULL AND membership.ended_at IS NULL AND agreement.state = 'active'
    AND membership.account_id = {ACCOUNT} AND membership.organization_id = {ORGANIZATION} AND membership.role = {ROLE}
"""
OF_A_PARTNER = (
    "ended_at IS NULL AND (agreement_id, organization_id) IN (SELECT agreement_id, partner_id FROM held_agreement)"
)


def upgrade() -> None:
    web, worker = role_name(op, "web"), role_name(op, "worker")
    op.execute(VIEW)
    op.execute(f'REVOKE ALL ON held_agreement FROM "{web}", "{worker}"')
    op.execute(f'GRANT SELECT ON held_agreement TO "{web}"')
    op.execute(f'CREATE POLICY "partner_select" ON focal_point FOR SELECT TO "{web}" USING ({OF_A_PARTNER})')
