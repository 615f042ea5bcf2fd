"""What somebody with many districts sees of each: no district's meetings or sessions push another's off the page."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from directory_service.partnership.store.calendar_feeds import MOST_OF_A_DISTRICT, meetings_of_feed
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.store.tables_training import TrainingSession
from directory_service.partnership.use_cases.calendar_feed import LOOKS_BACK
from directory_service.partnership.use_cases.list_meetings import PAST_SHOWN, DistrictMeetings, list_meetings
from directory_service.partnership.use_cases.training.show_training import DistrictTraining, list_training
from service_kit.identity import Principal
from setu.india import INDIA
from support.listings import KOLKATA, counted
from support.partnership import ELSEWHERE, FAR_BODY, Partnership
from support.training import plan_session, today

MANY = 120


def of_both(partnership: Partnership) -> Principal:
    return replace(partnership.somebody("data_officer"), districts=(KOLKATA, ELSEWHERE))


def add_meetings(partnership: Partnership, *begin: datetime, state: str, district: int = KOLKATA) -> None:
    with partnership.worker() as session:
        for starts_at in begin:
            month = starts_at.date().replace(day=1)
            row = {"starts_at": starts_at, "month": month, "proposed_at": partnership.clock.now()}
            session.add(Meeting(id=partnership.ids.uuid(), district_code=district, state=state, **row))


def add_sessions(partnership: Partnership, count: int) -> None:
    """Held ones of Kolkata, the last one yesterday."""
    with partnership.worker() as session:
        for back in range(1, count + 1):
            row = {"day": today(partnership) - timedelta(days=back), "created_at": partnership.clock.now()}
            row |= {"district_code": KOLKATA, "topics": ["law"], "state": "held"}
            session.add(TrainingSession(id=partnership.ids.uuid(), **row))


def hours(count: int) -> list[datetime]:
    return [datetime(2027, 1, 20, 9, tzinfo=INDIA) + timedelta(minutes=n) for n in range(count)]


def meetings_by_code(partnership: Partnership) -> dict[int, DistrictMeetings]:
    who = of_both(partnership)
    with partnership.directory.web.transaction(who.scope) as session:
        return {each.district.code: each for each in list_meetings(session, who, partnership.clock.now())}


def training_by_code(partnership: Partnership) -> dict[int, DistrictTraining]:
    who = of_both(partnership)
    with partnership.directory.web.transaction(who.scope) as session:
        return {each.district.code: each for each in list_training(session, who, partnership.clock.now())}


def test_a_meeting_that_nobody_confirmed_stays_however_many_another_district_has(partnership: Partnership) -> None:
    begun = partnership.a_meeting(district=ELSEWHERE)
    partnership.propose()
    add_meetings(partnership, *hours(MANY), state="cancelled")

    found = meetings_by_code(partnership)

    far = found[ELSEWHERE]
    assert ([each.id for each in far.unsettled], far.ahead is not None) == ([begun], True)
    here = found[KOLKATA]
    assert (len(here.past), here.past_count) == (PAST_SHOWN, MANY + 1), "with the proposal that nobody confirmed"
    assert here.past[0].starts_at == hours(MANY)[-1]


def test_silence_is_counted_from_the_first_meeting_of_a_long_list(partnership: Partnership) -> None:
    partnership.propose()
    partnership.clock.advance(timedelta(days=46))
    add_meetings(partnership, *hours(MANY), state="cancelled")
    assert {code: each.is_overdue for code, each in meetings_by_code(partnership).items()} == {
        KOLKATA: True,
        ELSEWHERE: True,
    }
    held = partnership.clock.now() - timedelta(days=45)
    add_meetings(partnership, held, state="held", district=ELSEWHERE)
    assert not meetings_by_code(partnership)[ELSEWHERE].is_overdue


def test_a_session_that_nobody_counted_stays_however_many_another_district_has(partnership: Partnership) -> None:
    uncounted = plan_session(partnership, date(2026, 11, 24), at=FAR_BODY)
    partnership.clock.advance(timedelta(days=300))
    add_sessions(partnership, MANY)

    found = training_by_code(partnership)

    assert [each.id for each in found[ELSEWHERE].planned] == [uncounted]
    assert (found[ELSEWHERE].past, found[ELSEWHERE].past_count) == ([], 0)
    here = found[KOLKATA]
    assert (len(here.past), here.past_count, here.planned) == (12, MANY, [])
    assert here.past[0].day == today(partnership) - timedelta(days=1)


def test_a_calendar_has_each_districts_dates_ahead_in_order_however_many_another_district_has(
    partnership: Partnership,
) -> None:
    now = partnership.clock.now()
    add_meetings(partnership, *hours(MANY), state="cancelled")
    first, later = now + timedelta(days=2), now + timedelta(days=20)
    add_meetings(partnership, later, first, now - timedelta(days=390), state="held", district=ELSEWHERE)
    add_meetings(partnership, now + timedelta(days=9), state="planned")
    with partnership.worker() as session:
        session.query(Meeting).filter_by(state="cancelled").update({"sequence": 1})
    scope = of_both(partnership).scope

    with partnership.directory.web.transaction(scope) as session:
        found = meetings_of_feed(session, scope, now - LOOKS_BACK, now)

    assert [each.starts_at for each in found] == sorted(each.starts_at for each in found)
    far = [each.starts_at - now for each in found if each.district_code == ELSEWHERE]
    assert [each.days for each in far] == [-390, 2, 20]
    here = [each for each in found if each.district_code == KOLKATA]
    assert (len(here), here[0].state) == (MOST_OF_A_DISTRICT, "planned"), "the nearest ahead, not the furthest"


def test_the_pages_say_how_many_there_are_and_that_the_newest_are_shown(partnership: Partnership) -> None:
    add_sessions(partnership, 13)
    add_meetings(partnership, *hours(12), state="cancelled")
    coordinator = partnership.browser("coordinator")
    page, training = coordinator.get("/meetings").text, coordinator.get("/training").text
    assert ("12 earlier meetings" in page, "The newest 12 are shown." in page) == (True, False)
    assert ("13 earlier sessions" in training, "The newest 12 are shown." in training) == (True, True)
    add_meetings(partnership, hours(13)[-1], state="cancelled")
    page = coordinator.get("/meetings").text
    assert ("13 earlier meetings" in page, "The newest 12 are shown." in page) == (True, True)


def test_the_list_costs_as_many_statements_for_two_districts_as_for_one(partnership: Partnership) -> None:
    partnership.propose()
    costs = set()
    for who in (partnership.somebody("data_officer"), of_both(partnership)):
        web = partnership.directory.web
        with counted(web) as seen, web.transaction(who.scope) as session:
            assert len(list_meetings(session, who, partnership.clock.now())) == len(who.districts)
        costs.add(len(seen))
    assert costs == {4}
