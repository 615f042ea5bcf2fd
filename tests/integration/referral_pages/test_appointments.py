"""The team's appointments as a day and a week: what was made beside an attempt, without the person."""

from datetime import timedelta

from support.referral import (
    COLLEAGUE_OF_WORKER,
    MANAGER,
    OST_OF_JIBAN,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
)


def appointed(setu: ReferralService, at: str) -> Referral:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="reached", next_appointment=at)
    return referral


def page(setu: ReferralService, path: str) -> str:
    return setu.get(COLLEAGUE_OF_WORKER, f"/appointments{path}").text


def test_a_day_begins_at_midnight_in_india_and_a_week_on_monday(setu: ReferralService) -> None:
    last_of_monday = appointed(setu, "2026-03-02T18:29:00Z")
    first_of_tuesday = appointed(setu, "2026-03-02T18:30:00Z")
    last_of_sunday = appointed(setu, "2026-03-08T18:29:00Z")
    next_monday = appointed(setu, "2026-03-08T18:30:00Z")

    today, week = page(setu, ""), page(setu, "/week?on=2026-03-05")

    assert last_of_monday.id in today
    assert "23:59" in today
    assert first_of_tuesday.id not in today
    assert first_of_tuesday.id in page(setu, "?on=2026-03-03")
    assert [one.id in week for one in (last_of_monday, first_of_tuesday, last_of_sunday, next_monday)] == [
        True, True, True, False,
    ]  # fmt: skip
    assert week.index("Monday, 2 Mar 2026") < week.index("Tuesday, 3 Mar 2026") < week.index("Sunday, 8 Mar 2026")
    assert "Rafiq" not in week + today


def test_one_that_has_passed_asks_what_came_of_it_until_that_is_recorded(setu: ReferralService) -> None:
    referral = appointed(setu, "2026-03-02T08:00:00Z")
    assert "Say what came of it" not in page(setu, "")
    setu.clock.advance(timedelta(hours=3))
    assert "Say what came of it" in page(setu, "")
    setu.must(WORKER, referral, "contact", attempt="no_answer")
    assert referral.id not in page(setu, "")


def test_what_ended_or_is_anothers_is_not_there(setu: ReferralService) -> None:
    ended, ghost = appointed(setu, "2026-03-03T05:00:00Z"), appointed(setu, "2026-03-03T05:00:00Z")
    setu.must(WORKER, ended, "fail", reason="moved")
    setu.withdraw_by_code(ghost.card_code)
    foreign = setu.sent(service_id=str(OST_OF_JIBAN))
    setu.must(WORKER_OF_JIBAN, foreign, "accept")
    setu.must(WORKER_OF_JIBAN, foreign, "contact", attempt="reached", next_appointment="2026-03-03T05:00:00Z")
    shown = page(setu, "?on=2026-03-03")
    assert "No appointment" in shown
    assert not [one for one in (ended, ghost, foreign) if one.id in shown]
    assert setu.get(MANAGER, "/appointments").status_code == 403


def test_a_day_that_is_none_is_today(setu: ReferralService) -> None:
    for odd in ("yesterday", "2026-02-30", "9999-12-31", "0001-01-01"):
        assert "Monday, 2 Mar 2026" in page(setu, f"?on={odd}"), odd
