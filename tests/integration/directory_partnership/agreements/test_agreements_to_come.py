"""An agreement that both sides have signed is in force from its first day on, by India's calendar."""

import re
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from directory_service.listings.domain.records import Organization
from directory_service.partnership.store.agreements_in_force import focal_points_in_force
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from setu.india import INDIA, day_in_india
from support.listings import KOLKATA
from support.partnership import FAR_PROVIDER, NODI, OTHER_STATION, STATION, Partnership, in_force, member_id

LAPSING = "directory.agreement.lapsing.v1"
RENEWAL = {"from_day": "2028-06-01", "to_day": "2029-06-01", "review_on": "2029-05-01"}


def begins(
    partnership: Partnership, first: date, unit: Organization = STATION, provider: Organization = NODI, days: int = 365
) -> UUID:
    """Signed by both sides; it is in force from this day on, and so many days more."""
    made = in_force(partnership, unit, provider)
    with partnership.worker() as session:
        row = session.get_one(Agreement, made)
        row.from_day, row.review_on, row.to_day = first, first + timedelta(days=days), first + timedelta(days=days)
    return made


def today(partnership: Partnership) -> date:
    return day_in_india(partnership.clock.now())


@pytest.mark.parametrize(("days", "counts"), [(0, True), (1, False)], ids=["that day", "a day later"])
def test_its_parties_are_at_the_table_and_count_from_its_first_day_on(
    partnership: Partnership, days: int, counts: bool
) -> None:
    in_force(partnership, OTHER_STATION, NODI)
    meeting = partnership.a_meeting()
    agreement = begins(partnership, today(partnership) + timedelta(days=days), STATION, FAR_PROVIDER)
    supervisor = partnership.member("unit_supervisor", STATION)
    point = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    assert supervisor.post(f"/partnerships/{agreement}/focal-points", data=point).status_code == 303

    page = partnership.browser("coordinator").get(f"/meetings/{meeting}").text

    of = "0 of 2" if counts else "0 of 1"
    assert re.findall(r"(\d+ of \d+), \d+ needed", page) == [of, of]
    assert (f'name="n.{FAR_PROVIDER.id}"' in page) is counts
    with partnership.worker() as session:
        assert bool(focal_points_in_force(session, KOLKATA, today(partnership))) is counts


def test_no_page_says_that_it_is_in_force_before(partnership: Partnership) -> None:
    agreement = begins(partnership, date(2027, 6, 1))
    coordinator, address = partnership.browser("coordinator"), f"/partnerships/{agreement}"
    program = partnership.program("data_officer")

    page, partners, brief = (coordinator.get(each).text for each in (address, "/partnerships", "/brief"))

    assert (" begins later</span>" in page, "It is in force from" in page, "form-renew" in page) == (True, True, False)
    assert (partners.count(" begins later</span>"), 'class="tie upcoming"' in partners) == (1, True)
    assert ("0 agreements in force" in brief, "1 agreement in force" in brief) == (True, False)
    assert (
        program.get(f"/api{address.replace('partnerships', 'partnership/agreements')}").get_json()["state"]
        == "upcoming"
    )
    assert coordinator.post(f"{address}/renew", data=RENEWAL).status_code == 409

    partnership.clock.set(datetime(2027, 5, 31, 23, 59, tzinfo=INDIA))
    assert " begins later</span>" in partnership.browser("coordinator").get(address).text
    partnership.clock.set(datetime(2027, 6, 1, tzinfo=INDIA))
    assert " in force</span>" in partnership.browser("coordinator").get(address).text


def warned(partnership: Partnership) -> list[str]:
    """The agreements of which the clock tells that they lapse."""
    partnership.directory.forget_events()
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())
        remind_of_partnership(session, partnership.clock.now())
    return [event.subject for event in partnership.directory.events() if event.type == LAPSING]


def test_nobody_is_warned_of_the_lapse_of_what_has_not_begun(partnership: Partnership) -> None:
    agreement = begins(partnership, today(partnership) + timedelta(days=10), days=30)
    assert warned(partnership) == []
    partnership.clock.advance(timedelta(days=10))
    assert warned(partnership) == [str(agreement)]


@pytest.mark.parametrize(("gap", "is_warned"), [(1, False), (2, True)], ids=["goes on", "a day between"])
def test_nobody_is_warned_of_the_lapse_of_what_is_renewed_already(
    partnership: Partnership, gap: int, is_warned: bool
) -> None:
    ends = today(partnership) + timedelta(days=30)
    agreement = begins(partnership, ends - timedelta(days=100), days=100)
    renewal = begins(partnership, ends + timedelta(days=gap))
    with partnership.worker() as session:
        session.get_one(Agreement, renewal).renews = agreement
    assert warned(partnership) == ([str(agreement)] if is_warned else [])


def renewed(partnership: Partnership) -> tuple[UUID, UUID]:
    """An agreement in force for thirty days more, and the signed version that goes on where it lapses."""
    ends = today(partnership) + timedelta(days=30)
    agreement = begins(partnership, ends - timedelta(days=100), days=100)
    renewal = begins(partnership, ends + timedelta(days=1))
    with partnership.worker() as session:
        session.get_one(Agreement, renewal).renews = agreement
    return agreement, renewal


def test_who_ends_an_agreement_reads_that_its_signed_renewal_ends_too_and_so_it_does(partnership: Partnership) -> None:
    agreement, renewal = renewed(partnership)
    coordinator, words = partnership.browser("coordinator"), "Its renewal ends with it"
    pages = [coordinator.get(f"/partnerships/{each}").text for each in (agreement, renewal)]
    assert [words in page for page in pages] == [True, False]

    assert coordinator.post(f"/partnerships/{agreement}/end", data={"seen": "1"}).status_code == 303

    partnership.clock.advance(timedelta(days=40))
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())
        about = "SELECT object_id FROM audit_entry WHERE action = 'agreement.end'"
        assert set(session.scalars(text(about))) == {str(agreement), str(renewal)}
    coordinator = partnership.browser("coordinator")
    assert " ended</span>" in coordinator.get(f"/partnerships/{renewal}").text
    assert 'class="tie ' not in coordinator.get("/partnerships").text
    assert "0 agreements in force" in coordinator.get("/brief").text


def test_a_renewal_that_is_ended_alone_leaves_what_it_renews_in_force(partnership: Partnership) -> None:
    agreement, renewal = renewed(partnership)
    coordinator = partnership.browser("coordinator")

    assert coordinator.post(f"/partnerships/{renewal}/end", data={"seen": "1"}).status_code == 303

    page = coordinator.get(f"/partnerships/{agreement}").text
    assert (" lapses soon</span>" in page, "Its renewal" in page) == (True, False)


def test_a_unit_that_is_closed_ends_an_agreement_and_its_renewal(partnership: Partnership) -> None:
    agreement, renewal = renewed(partnership)
    coordinator, address = partnership.browser("coordinator"), f"/registry/{STATION.id}"
    for name in ("close", "finish"):
        seen = re.findall(r'name="seen" value="([^"]+)"', coordinator.get(f"{address}/{name}").text)
        act = coordinator.post(f"{address}/{name}", data={"seen": seen[0], "successor": "none"})
        assert act.status_code == 303, act.text

    pages = [coordinator.get(f"/partnerships/{each}").text for each in (agreement, renewal)]
    assert [" ended</span>" in page for page in pages] == [True, True]
