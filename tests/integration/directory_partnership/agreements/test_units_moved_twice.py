"""A unit that is moved twice: a guest reads no meeting that a district held before the agreement first came there."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain.quorum import Quorum
from directory_service.partnership.store.agreements import agreements_of
from directory_service.partnership.store.agreements_in_force import parties_in_force
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.find_table import find_table
from directory_service.partnership.use_cases.settle_meeting import quorum_of
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from support.listings import KOLKATA
from support.partnership import FAR_PROVIDER, STATION, Partnership, in_force

NEXT_DOOR = 314
LATER = {NEXT_DOOR: "Howrah", 316: "Nadia", 317: "North 24 Parganas"}


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


def test_a_guest_keeps_its_meetings_of_every_district_in_which_the_agreement_lay(partnership: Partnership) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    with partnership.worker() as session:
        session.add_all(District(code=code, state_code=19, name=name, names={}) for code, name in LATER.items())
    districts = (KOLKATA, *LATER)
    met = [planned(partnership, district, 10 * number + 1) for number, district in enumerate(districts)]
    before = [planned(partnership, district, 0) for district in LATER]
    after = [planned(partnership, district, 45 + number) for number, district in enumerate(districts[:-1])]
    for district in LATER:
        partnership.clock.advance(timedelta(days=10))
        move(partnership, district)

    partnership.clock.advance(timedelta(days=60))

    guest = partnership.browser("provider_manager", FAR_PROVIDER)
    assert [guest.get(f"/meetings/{each}").status_code for each in met] == [200] * 4
    assert [guest.get(f"/meetings/{each}").status_code for each in (*before, *after)] == [404] * 6
    with partnership.directory.web.transaction(partnership.somebody("provider_manager", FAR_PROVIDER).scope) as session:
        assert set(session.scalars(select(Meeting.id))) == set(met)
    with partnership.worker() as session:
        first = partnership.clock.now().date() - timedelta(days=89)
        assert STATION.id in parties_in_force(session, KOLKATA, first)[0]


def test_a_past_meeting_keeps_its_table_when_a_unit_is_moved_and_moved_on(partnership: Partnership) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    with partnership.worker() as session:
        session.add_all(District(code=code, state_code=19, name=name, names={}) for code, name in LATER.items())
    meeting = partnership.a_meeting()
    coordinator = partnership.somebody("coordinator")

    def table() -> tuple[list[str], Quorum]:
        with partnership.directory.web.transaction(coordinator.scope) as session:
            row = session.get_one(Meeting, meeting)
            return sorted(each.name for each in find_table(session, row)), quorum_of(session, row)

    on_its_day = table()
    assert {"Park Street", "Shalom"} < set(on_its_day[0])
    for district in LATER:
        partnership.clock.advance(timedelta(days=2))
        move(partnership, district)
        assert table() == on_its_day, district
    with partnership.directory.web.transaction(coordinator.scope) as session:
        assert agreements_of(session, coordinator.districts) == [], "it is another district's"
