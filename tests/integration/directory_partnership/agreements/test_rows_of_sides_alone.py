"""Row-level security lets in rows of agreements and of visits elsewhere that the programs write, and no others."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import ProgrammingError

from directory_service.listings.domain.records import Organization
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint, Handover
from directory_service.partnership.store.tables_visits import HostedVisit
from support.listings import KOLKATA, a_service
from support.partnership import ELSEWHERE, FAR_PROVIDER, NODI, OTHER_STATION, STATION, Partnership, in_force, member_id
from support.training import today


def refused() -> pytest.RaisesExc[ProgrammingError]:
    return pytest.raises(ProgrammingError, match="row-level security")


def ask(partnership: Partnership, state: str = "asked") -> None:
    """Write the row of a visit to a provider of another district, as its unit."""
    service = a_service(FAR_PROVIDER)
    partnership.directory.save(service)
    visit = {"unit_id": STATION.id, "provider_id": FAR_PROVIDER.id, "service_id": service.id, "state": state}
    with partnership.directory.web.transaction(partnership.somebody("unit_supervisor").scope) as session:
        asked = {"day": today(partnership), "seats": 1, "version": 1, "asked_at": partnership.clock.now()}
        session.add(HostedVisit(id=uuid4(), district_code=ELSEWHERE, **visit, **asked))


def test_a_unit_writes_the_visit_to_a_partner_elsewhere_as_asked(partnership: Partnership) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    ask(partnership)
    with refused():
        ask(partnership, "held")


@pytest.mark.parametrize("has_ended", [False, True])
def test_a_unit_writes_none_to_a_provider_elsewhere_that_is_no_partner(
    partnership: Partnership, *, has_ended: bool
) -> None:
    if has_ended:
        agreement = in_force(partnership, STATION, FAR_PROVIDER)
        with partnership.worker() as session:
            session.get_one(Agreement, agreement).state = "ended"
    with refused():
        ask(partnership)


def name(partnership: Partnership, agreement: UUID, organization: Organization, member: UUID) -> UUID:
    """Write the row of a focal point, as the coordinator."""
    point = uuid4()
    with partnership.directory.web.transaction(partnership.somebody("coordinator").scope) as session:
        row = {"post": "station officer", "duty_phone": "+919830012345", "named_at": partnership.clock.now()}
        of = {"agreement_id": agreement, "organization_id": organization.id, "membership_id": member}
        session.add(FocalPoint(id=point, district_code=KOLKATA, side="unit", **of, **row))
    return point


def follow(partnership: Partnership, agreement: UUID, point: UUID, organization: Organization, member: UUID) -> None:
    """Write the row of a handover, as the coordinator."""
    with partnership.directory.web.transaction(partnership.somebody("coordinator").scope) as session:
        row = {"duty_phone": "+919830012345", "due_on": today(partnership), "named_at": partnership.clock.now()}
        of = {"agreement_id": agreement, "organization_id": organization.id, "focal_point_id": point}
        to = {"successor_membership": member, "successor_account": uuid4()}
        session.add(Handover(id=uuid4(), district_code=KOLKATA, **of, **to, **row))


def test_a_coordinator_writes_people_of_the_sides_alone(partnership: Partnership) -> None:
    agreement = in_force(partnership, STATION, NODI)
    for organization in (STATION, OTHER_STATION):
        partnership.member("officer", organization)
    mine, others = (member_id(partnership, each, "officer") for each in (STATION, OTHER_STATION))

    point = name(partnership, agreement, STATION, mine)
    follow(partnership, agreement, point, STATION, mine)

    for organization, member in ((OTHER_STATION, others), (STATION, others)):
        with refused():
            name(partnership, agreement, organization, member)
        with refused():
            follow(partnership, agreement, point, organization, member)
