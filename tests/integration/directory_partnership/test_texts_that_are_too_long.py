"""A text that is too long is refused with what was typed, and how much of it is too much; no field cuts it unseen."""

import re
from datetime import timedelta
from uuid import uuid4

from support.board.tended_board import a_form, a_report, post_named
from support.partnership import STATION, Partnership, an_agreement
from support.training import plan_session

LONG = "word " * 81 + "ab\r\nc"  # 409 characters as they are stored: words with one space between them
OVER = "Take out 9 characters: at most 400 fit."
JSON = {"Accept": "application/json"}
SINGLE = "word " * 78 + "wordy word"  # exactly 400


def refused(page: str) -> bool:
    """Whether the page says how many there are too many, and still holds what was typed."""
    return OVER in page and LONG.replace("\r\n", "\n") in page.replace("\r\n", "\n")


def test_a_long_post_and_a_long_answer_are_refused_and_kept(partnership: Partnership) -> None:
    officer, coordinator = partnership.browser("officer"), partnership.browser("coordinator")
    post_named(officer, "The forms are too long")
    (item,) = re.findall(r'href="(/board/[0-9a-f-]{36})"', coordinator.get("/board").text)

    post = officer.post("/board/new", data=a_form(text=LONG, author="named"))
    answer = coordinator.post(f"{item}/answers", data={"text": LONG})
    report = officer.post("/reports/new", data=a_report(text=LONG))

    assert [(each.status_code, refused(each.text)) for each in (post, answer, report)] == [(422, True)] * 3
    assert officer.post("/board/new", data=a_form(text=SINGLE, author="named")).status_code == 303


def test_a_long_line_of_the_minutes_is_refused_and_kept_with_and_without_a_script(partnership: Partnership) -> None:
    address = f"/meetings/{partnership.a_meeting()}"
    browser, line = partnership.browser("coordinator"), str(uuid4())
    typed = {"line": line, "part": "4", "kind": "note", "text": LONG}

    added = browser.post(f"{address}/minutes", data=typed)
    by_script = browser.post(f"{address}/minutes", data=typed, headers=JSON)

    assert (added.status_code, refused(added.text)) == (422, True)
    assert (by_script.status_code, by_script.get_json()["refused"].startswith(OVER)) == (422, True)
    assert "Begin another line for the rest." in by_script.get_json()["refused"]
    assert browser.post(f"{address}/minutes", data=typed | {"text": SINGLE}).status_code == 303
    changed = browser.post(f"{address}/minutes/{line}", data=typed | {"seen": "1"})
    assert (changed.status_code, refused(changed.text)) == (422, True)
    action = {"action_text": LONG, "owner": str(STATION.id), "post": "manager", "due": "2027-06-01"}
    assert refused(browser.post(f"{address}/actions", data=action).text)
    assert refused(browser.post(f"{address}/agenda", data={"text": LONG}).text)


def test_a_post_or_a_place_that_is_too_long_says_so(partnership: Partnership) -> None:
    coordinator, meeting = partnership.browser("coordinator"), partnership.a_meeting(begun=False)
    day = (partnership.clock.now() + timedelta(days=9)).date().isoformat()
    post, place = "x" * 61, "x" * 121
    for most, long, address, typed in (
        (60, post, f"/partnerships/{an_agreement(partnership)}/focal-points", {"post": post}),
        (120, place, f"/meetings/{meeting}/plan", {"day": day, "at": "11:00", "place": place, "seen": "1"}),
        (120, place, "/training/new", {"place": place}),
        (120, place, "/meetings/calendar/315", {"weekday": "4", "at": "15:30", "place": place}),
    ):
        page = coordinator.post(address, data=typed)
        assert page.status_code == 422, address
        assert f"Take out 1 character: at most {most} fit." in page.text, address
        assert f'value="{long}"' in page.text, address


def test_no_field_of_a_text_cuts_it_in_the_browser(partnership: Partnership) -> None:
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    plan_session(partnership)
    officer = partnership.browser("officer")
    pages = [officer.get("/board/new"), officer.get("/reports/new"), coordinator.get("/meetings/calendar/315")]
    pages += [coordinator.get(f"/meetings/{meeting}{part}") for part in ("", "/minutes")]
    for page in pages:
        assert page.status_code == 200
        assert re.findall(r"<textarea[^>]*maxlength[^>]*>", page.text) == []
        assert re.findall(r'<input[^>]*name="place"[^>]*maxlength[^>]*>', page.text) == []
