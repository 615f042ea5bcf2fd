"""The clock proposes each district's next meeting, and the coordinator has the last word."""

from datetime import date, datetime, timedelta

from setu.india import INDIA
from support.listings import KOLKATA
from support.partnership import ELSEWHERE, FAR_BODY, Partnership


def at(day: int, month: int = 12, hour: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=INDIA)


def test_each_district_with_a_unit_and_a_provider_gets_one_date(partnership: Partnership) -> None:
    assert partnership.propose() == 2
    assert partnership.propose() == 0
    (kolkata,), (aizawl,) = partnership.meetings(), partnership.meetings(ELSEWHERE)
    assert (kolkata.starts_at, kolkata.state) == (at(22), "proposed")
    assert aizawl.starts_at == at(22)


def test_a_district_keeps_its_own_weekday_hour_and_blocked_days(partnership: Partnership) -> None:
    coordinator = partnership.browser("coordinator")
    address = f"/meetings/calendar/{KOLKATA}"
    kept = coordinator.post(address, data={"weekday": "3", "at": "15:30", "place": "Town hall"})
    blocked = coordinator.post(f"{address}/days", data={"day": "2026-12-24", "reason": "election"})
    assert (kept.status_code, blocked.status_code) == (303, 303)
    assert "Election" in coordinator.get(address).text

    partnership.propose()
    (meeting,) = partnership.meetings()
    # the 24th is blocked, the 25th is Christmas, then comes a weekend
    assert (meeting.starts_at, meeting.place) == (at(28, hour=15) + timedelta(minutes=30), "Town hall")
    assert partnership.browser("coordinator", FAR_BODY).get(address).status_code == 404


def test_no_meeting_is_set_on_a_holiday_a_weekend_before_the_figures_or_in_the_past(partnership: Partnership) -> None:
    partnership.propose()
    (meeting,) = partnership.meetings()
    coordinator = partnership.browser("coordinator")
    for day in ("2026-12-25", "2026-12-26", "2026-12-17", "2026-11-20", "nonsense"):
        form = {"day": day, "at": "11:00", "place": "Town hall", "seen": "1"}
        assert coordinator.post(f"/meetings/{meeting.id}/plan", data=form).status_code == 422, day
    assert partnership.meetings()[0].state == "proposed"


def test_a_confirmed_date_is_planned_once_and_the_next_follows_it(partnership: Partnership) -> None:
    partnership.propose()
    (meeting,) = partnership.meetings()
    coordinator, form = (
        partnership.browser("coordinator"),
        {"day": "2026-12-23", "at": "10:00", "place": "Hall", "seen": "1"},
    )
    assert coordinator.post(f"/meetings/{meeting.id}/plan", data=form).status_code == 303
    assert coordinator.post(f"/meetings/{meeting.id}/plan", data=form).status_code == 409
    (planned,) = partnership.meetings()
    assert (planned.state, planned.starts_at, planned.sequence, planned.version) == ("planned", at(23, hour=10), 1, 2)

    partnership.clock.set(at(23, hour=12))
    partnership.propose()
    assert partnership.meetings()[-1].starts_at == at(19, month=1).replace(year=2027)


def test_what_is_called_off_passes_its_agenda_on(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    manager, coordinator = partnership.browser("provider_manager"), partnership.browser("coordinator")
    manager.post(f"/meetings/{meeting}/agenda", data={"text": "More women's hours"})
    assert coordinator.post(f"/meetings/{meeting}/cancel", data={"seen": "2"}).status_code == 303
    partnership.propose()
    cancelled, following = partnership.meetings()

    assert (cancelled.state, cancelled.sequence) == ("cancelled", 2)
    assert "More women&#39;s hours" in coordinator.get(f"/meetings/{following.id}").text


def test_a_proposal_that_nobody_confirmed_lapses_and_45_days_are_told(partnership: Partnership) -> None:
    partnership.propose()
    assert "No meeting was held" not in partnership.browser("coordinator").get("/meetings").text
    partnership.clock.advance(timedelta(days=46))
    partnership.propose()

    assert [each.state for each in partnership.meetings()] == ["cancelled", "proposed"]
    assert "No meeting was held for 45 days" in partnership.browser("coordinator").get("/meetings").text


CALENDAR = f"/meetings/calendar/{KOLKATA}"


def block(partnership: Partnership, day: str) -> None:
    form = {"day": day, "reason": "election"}
    assert partnership.browser("coordinator").post(f"{CALENDAR}/days", data=form).status_code == 303


def test_a_proposed_date_follows_the_days_that_are_blocked_and_freed(partnership: Partnership) -> None:
    partnership.propose()
    (meeting,) = partnership.meetings()
    block(partnership, "2026-12-22")

    (moved,) = partnership.meetings()
    assert (moved.starts_at, moved.state, moved.version, moved.sequence) == (at(23), "proposed", 2, 0)
    assert partnership.meetings(ELSEWHERE)[0].starts_at == at(22)
    coordinator = partnership.browser("coordinator")
    for page in ("/meetings", CALENDAR):
        assert "Wednesday 23 December 2026" in coordinator.get(page).text, page
    assert "blocked day:" not in coordinator.get(CALENDAR).text
    seen = {"day": "2026-12-22", "at": "11:00", "place": "Hall", "seen": "1"}
    assert coordinator.post(f"/meetings/{meeting.id}/plan", data=seen).status_code == 409, "it changed meanwhile"

    block(partnership, "2027-05-18")
    assert partnership.meetings()[0].version == 2, "another day changes nothing"
    assert coordinator.post(f"{CALENDAR}/days/free", data={"day": "2026-12-22"}).status_code == 303
    assert partnership.meetings()[0].starts_at == at(22)


def test_a_proposed_date_follows_the_usual_weekday_hour_and_place(partnership: Partnership) -> None:
    partnership.propose()
    kept = {"weekday": "3", "at": "15:30", "place": "Town hall"}
    page = partnership.browser("coordinator").post(CALENDAR, data=kept, follow_redirects=True).text

    (meeting,) = partnership.meetings()
    assert (meeting.starts_at, meeting.place) == (at(24, hour=15) + timedelta(minutes=30), "Town hall")
    assert "Kept. What is proposed follows it." in page
    assert "Thursday 24 December 2026" in page


def test_a_month_without_a_free_day_gives_its_proposal_to_the_next(partnership: Partnership) -> None:
    partnership.propose()
    for day in (18, 21, 22, 23, 24, 28, 29, 30):
        block(partnership, f"2026-12-{day}")

    (meeting,) = partnership.meetings()
    assert (meeting.starts_at, meeting.month) == (at(19, month=1).replace(year=2027), date(2027, 1, 1))
    assert partnership.propose() == 0


def test_a_month_whose_days_were_blocked_by_mistake_has_its_proposal_back(partnership: Partnership) -> None:
    partnership.propose()
    days = [f"2026-12-{day}" for day in (18, 21, 22, 23, 24, 28, 29, 30)]
    for day in days:
        block(partnership, day)
    assert partnership.meetings()[0].month == date(2027, 1, 1)

    for day in days:
        partnership.browser("coordinator").post(f"{CALENDAR}/days/free", data={"day": day})

    (meeting,) = partnership.meetings()
    assert (meeting.starts_at, meeting.month, meeting.state) == (at(22), date(2026, 12, 1), "proposed")


def test_a_planned_meeting_stays_on_a_blocked_day_and_the_pages_say_so(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    block(partnership, "2026-12-22")

    (planned,) = partnership.meetings()
    assert (planned.starts_at, planned.state, planned.version) == (at(22), "planned", 2)
    said = "This day is blocked in the district's calendar (Election: police are on duty)."
    for role in ("coordinator", "provider_manager"):
        assert said in partnership.browser(role).get(f"/meetings/{meeting}").text, role
    page = partnership.browser("coordinator").get(CALENDAR).text
    assert "A meeting is planned on a blocked day: Tuesday 22 December 2026." in page

    partnership.browser("coordinator").post(f"{CALENDAR}/days/free", data={"day": "2026-12-22"})
    assert "is blocked in" not in partnership.browser("coordinator").get(f"/meetings/{meeting}").text
    assert "planned on a blocked day" not in partnership.browser("coordinator").get(CALENDAR).text
