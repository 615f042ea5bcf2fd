"""A unit that is moved twice: a guest reads no meeting that a district held before the agreement first came there."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.store.agreements_in_force import parties_in_force
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from support.listings import KOLKATA
from support.partnership import FAR_PROVIDER, STATION, Partnership, in_force

NEXT_DOOR = 314


def planned(partnership: Partnership, district: int, days: int) -> UUID:
    """A meeting of the district, so many days from now."""
    at, made = partnership.clock.now() + timedelta(days=days), partnership.ids.uuid()
    about = {"month": at.date().replace(day=1), "starts_at": at, "proposed_at": partnership.clock.now()}
    with partnership.worker() as session:
        session.add(Meeting(id=made, district_code=district, state="planned", place="Hall", sequence=1, **about))
    return made


def move(partnership: Partnership, district: int) -> None:
    """The station lies there from now on, and its agreements go along."""
    with partnership.worker() as session:
        session.get_one(Organization, STATION.id).district_code = district
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())


def test_a_guest_gets_no_meeting_of_a_district_from_before_its_agreement_came_there_and_left_again(
    partnership: Partnership,
) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    with partnership.worker() as session:
        session.add(District(code=NEXT_DOOR, state_code=19, name="Howrah", names={}))
    never, meanwhile = planned(partnership, NEXT_DOOR, 1), planned(partnership, NEXT_DOOR, 40)
    partnership.clock.advance(timedelta(days=9))
    move(partnership, NEXT_DOOR)
    partnership.clock.advance(timedelta(days=51))

    move(partnership, KOLKATA)

    guest = partnership.browser("provider_manager", FAR_PROVIDER)
    assert [guest.get(f"/meetings/{each}").status_code for each in (never, meanwhile)] == [404, 200]
    with partnership.directory.web.transaction(partnership.somebody("provider_manager", FAR_PROVIDER).scope) as session:
        assert set(session.scalars(select(Meeting.id))) == {meanwhile}
    with partnership.worker() as session:
        first = partnership.clock.now().date() - timedelta(days=59)
        assert STATION.id not in parties_in_force(session, NEXT_DOOR, first)[0]
