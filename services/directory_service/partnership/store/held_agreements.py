"""Query of the view `held_agreement`: the signed agreements in which a reader of any role is a focal point.

Such a reader sees no row of `agreement`. The view shows an account its own posts alone; here they are decided no
further.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Uuid, column, exists, select, table
from sqlalchemy.orm import Session, aliased

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.agreements import Terms
from directory_service.partnership.store.agreements_in_force import is_away

_HELD = table(
    "held_agreement",
    *(column(name, Uuid()) for name in ("agreement_id", "membership_id", "organization_id", "partner_id")),
    *(column(name, Date()) for name in ("from_day", "to_day", "review_on")),
)


@dataclass(frozen=True)
class HeldAgreement:
    """An agreement with the other side of it; `rests`: whether a party is not at work now."""

    agreement: UUID
    partner: UUID
    partner_name: str
    terms: Terms
    rests: bool


def held_agreements(session: Session, membership: UUID) -> Sequence[HeldAgreement]:
    """Those of the membership in which the caller is signed in, by the partner's name."""
    held, party = _HELD.c, aliased(Organization)
    rests = exists().where(party.id.in_((held.organization_id, held.partner_id)), is_away(party))
    wanted = select(_HELD, Organization.name, rests.label("rests")).where(held.membership_id == membership)
    of_partner = wanted.join(Organization, Organization.id == held.partner_id)
    rows = session.execute(of_partner.order_by(Organization.name, held.to_day, held.agreement_id))
    return [
        HeldAgreement(
            agreement=row.agreement_id,
            partner=row.partner_id,
            partner_name=row.name,
            terms=Terms(row.from_day, row.to_day, row.review_on),
            rests=row.rests,
        )
        for row in rows
    ]
