"""Posts of an agreement that somebody holds, as naming them makes them; and their phones."""

from uuid import UUID

from flask.testing import FlaskClient

from directory_service.listings.domain.records import Organization
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from support.listings import KOLKATA
from support.partnership import NODI, STATION, Partnership, in_force, member_id

POLICE_PHONE, NODI_PHONE, OTHER_NODI_PHONE = "+919830012345", "+919830054321", "+919830054322"


def hold(
    partnership: Partnership, agreement: UUID, at: Organization, role: str, post: str, phone: str = POLICE_PHONE
) -> UUID:
    """Name the last member of a role there; returns the focal point."""
    point, member = partnership.ids.uuid(), member_id(partnership, at, role)
    with partnership.worker() as session:
        side = "unit" if session.get_one(Agreement, agreement).unit_id == at.id else "provider"
        of = {"agreement_id": agreement, "district_code": KOLKATA, "organization_id": at.id, "side": side}
        held = {"post": post, "duty_phone": phone, "membership_id": member, "named_at": partnership.clock.now()}
        session.add(FocalPoint(id=point, **of, **held))
    return point


def a_holder(
    partnership: Partnership, role: str = "officer", unit: Organization = STATION, provider: Organization = NODI
) -> tuple[FlaskClient, UUID]:
    """A unit's member with a post in an agreement in force, and the agreement; the partner has a manager there."""
    agreement = in_force(partnership, unit, provider)
    holder = partnership.member(role, unit)
    hold(partnership, agreement, unit, role, "station officer")
    partnership.member("provider_manager", provider)
    hold(partnership, agreement, provider, "provider_manager", "manager", NODI_PHONE)
    return holder, agreement
