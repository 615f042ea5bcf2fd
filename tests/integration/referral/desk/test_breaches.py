"""The breach register: 72 hours from noticing it, what was told, the notice in three languages, two people to close."""

from datetime import timedelta
from typing import Any

import pytest

from support.desk import at_the_desk, decide, log_of, request_of, text_of, version_on
from support.referral import COORDINATOR, DATA_OFFICER, OFFICER, SECOND_DATA_OFFICER, WORKER, ReferralService, events_of

LOST: dict[str, Any] = {
    "kind": "lost_device",
    "happened_day": "2026-03-01",
    "happened_time": "18:00",
    "noticed_day": "2026-03-02",
    "noticed_time": "10:00",
    "data": ["names", "contacts"],
    "people": "12",
    "risks": ["others_learn"],
    "measures": ["erased", "keys_changed"],
    "advice": ["other_number", "ask_us"],
    "phone": "033 5550 0199",
}


def written_down(setu: ReferralService, **more: Any) -> str:
    return request_of(at_the_desk(setu).post("/desk/breach", {**LOST, **more}))


def tell(setu: ReferralService, request_id: str, told: str) -> int:
    browser = at_the_desk(setu)
    version = version_on(browser.get(f"/desk/{request_id}"))
    return browser.post(f"/desk/{request_id}/told", {"version": version, "told": told}).status_code


def test_the_clock_runs_seventy_two_hours_from_noticing(setu: ReferralService) -> None:
    request_id = written_down(setu)
    page = at_the_desk(setu).get(f"/desk/{request_id}").text
    assert 'datetime="2026-03-05T04:30:00+00:00"' in page, "10:00 in India, three days later"
    assert "to be told to the Board" in page
    assert [event["data"]["due_at"] for event in events_of(setu)] == ["2026-03-05T10:00:00+05:30"]
    setu.clock.advance(timedelta(hours=71))
    assert setu.get(DATA_OFFICER, "/counts").get_json()["/desk"] == 1
    assert "overdue" in setu.get(DATA_OFFICER, "/desk").text


def test_what_was_told_stands_there_and_two_people_close_it(setu: ReferralService) -> None:
    request_id = written_down(setu)
    early = at_the_desk(setu).post(f"/desk/{request_id}/decide", {"version": "1", "answer": "yes"})
    assert early.status_code == 409, "nothing was told yet"
    for told in ("told_board", "told_board_all", "told_people"):
        assert tell(setu, request_id, told) == 200
        assert tell(setu, request_id, told) == 409
    assert decide(setu, DATA_OFFICER, request_id, "yes").status_code == 200
    assert at_the_desk(setu).get("/counts").get_json()["/desk"] == 1
    done = text_of(decide(setu, SECOND_DATA_OFFICER, request_id, "yes"))
    for words in ("Board told in full", "People told", "closed"):
        assert words in done
    assert at_the_desk(setu).get("/counts").get_json()["/desk"] == 0
    acts = log_of(setu, request_id)
    assert acts[:2] == [("desk.open", "done"), ("desk.decide", "refused")]
    assert [action for action, _ in acts[2:]] == [*["desk.told"] * 3, *["desk.decide"] * 2]


def test_the_notice_says_it_in_three_languages_and_names_nobody(setu: ReferralService) -> None:
    notice = at_the_desk(setu).get(f"/desk/{written_down(setu)}/notice").text
    for language in ("en", "hi", "bn"):
        assert f'<div lang="{language}">' in notice
    parts = [part.partition("</div>")[0] for part in notice.split("<div lang=")[1:]]
    assert len({part.count("<li>") for part in parts}) == 1, "each language says as much"
    assert all("033 5550 0199" in part for part in parts)
    assert "12" not in text_of(at_the_desk(setu).get(f"/desk/{written_down(setu)}/notice")).replace("2026", "")
    assert "A phone or computer was lost or stolen" in parts[0]
    assert "lost" not in parts[1] + parts[2]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"noticed_day": "2026-03-03"}, "noticed-day"),
        ({"happened_time": ""}, "happened-day"),
        ({"data": []}, "data"),
        ({"noticed_day": "2026-03-01", "noticed_time": "17:59"}, "noticed-day"),
        ({"people": "many"}, "people"),
        ({"people": "9" * 5_000}, "people"),
        ({"risks": ["none_known", "others_learn"]}, "risks"),
        ({"phone": " "}, "phone"),
        ({"phone": "call us"}, "phone"),
        ({"phone": "5550 0199"}, "phone"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(setu: ReferralService, wrong: dict[str, Any], field: str) -> None:
    page = at_the_desk(setu).post("/desk/breach", {**LOST, **wrong})
    assert (page.status_code, f'id="f-{field}-error"' in page.text) == (422, True)
    assert at_the_desk(setu).get("/counts").get_json()["/desk"] == 0


def test_each_group_where_nothing_is_ticked_says_what_to_tick(setu: ReferralService) -> None:
    nothing: dict[str, Any] = {"data": [], "risks": [], "measures": [], "advice": []}
    said = text_of(at_the_desk(setu).post("/desk/breach", {**LOST, **nothing}))
    for words in ("which data", "what can come of it", "what was done about it", "what people can do"):
        assert f"Tick {words}" in said


@pytest.mark.parametrize("address", ["privacy@health.example.in", "https://health.example.in/privacy", "1800 123 4567"])
def test_people_may_ask_by_mail_on_the_web_or_by_phone(setu: ReferralService, address: str) -> None:
    assert text_of(at_the_desk(setu).get(f"/desk/{written_down(setu, phone=address)}/notice")).count(address) == 3


def test_the_page_says_when_it_was_noticed_and_who_was_told(setu: ReferralService) -> None:
    request_id = written_down(setu)
    tell(setu, request_id, "told_board")
    page = at_the_desk(setu).get(f"/desk/{request_id}")
    assert 'datetime="2026-03-02T04:30:00+00:00"' in page.text, "10:00 in India"
    assert "Noticed" in text_of(page)
    assert "Who was told Board told" in text_of(page)
    assert "What was given" not in text_of(page)


def test_nobody_else_reads_the_register(setu: ReferralService) -> None:
    request_id = written_down(setu)
    for who in (OFFICER, WORKER, COORDINATOR):
        assert {setu.get(who, path).status_code for path in ("/desk/breach", f"/desk/{request_id}/notice")} == {403}


@pytest.mark.parametrize("day", ["0001-01-01", "0026-03-01"])
def test_a_year_of_few_digits_is_a_slip_and_leaves_no_request_that_cannot_be_shown(
    setu: ReferralService, day: str
) -> None:
    page = at_the_desk(setu).post("/desk/breach", {**LOST, "happened_day": day, "happened_time": "00:00"})

    assert page.status_code == 422
    assert "Give day and time." in page.text
    assert at_the_desk(setu).get("/counts").get_json()["/desk"] == 0
