"""The clock proposes each district's next meeting, and the coordinator has the last word."""

from datetime import datetime, timedelta

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
