"""A focal point's post that fell vacant before the successor who was named for it took it."""

from uuid import UUID

from flask.testing import FlaskClient

from directory_service.accounts.store.tables import Membership
from directory_service.partnership.store.tables_agreements import FocalPoint
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from support.partnership import STATION, Partnership, in_force, member_id


def form_of(member: UUID, post: str = "station officer") -> dict[str, str]:
    return {"post": post, "duty_phone": "9830012345", "member": str(member)}


def a_vacant_post(partnership: Partnership) -> tuple[str, UUID, FlaskClient, UUID]:
    """The agreement's address, the post that its holder left, who is to follow in it, and by which membership."""
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    partnership.member("officer", STATION)
    holder, address = member_id(partnership, STATION, "officer"), f"/partnerships/{agreement}"
    assert supervisor.post(f"{address}/focal-points", data=form_of(holder)).status_code == 303
    successor = partnership.member("officer", STATION)
    follows = member_id(partnership, STATION, "officer")
    with partnership.worker() as session:
        point = session.query(FocalPoint).one().id
    assert supervisor.post(f"{address}/focal-points/{point}/hand-over", data=form_of(follows)).status_code == 303
    with partnership.worker() as session:
        session.get_one(Membership, holder).ended_at = partnership.clock.now()
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())
    return address, point, successor, follows
