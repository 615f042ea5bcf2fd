"""A form that is refused says what is wrong in the order of its fields, each a link to its field."""

import re
from datetime import timedelta

from support.listings import KOLKATA, a_service
from support.partnership import NODI, STATION, Partnership, an_agreement, in_force


def test_what_is_wrong_is_told_in_the_order_of_the_page(partnership: Partnership) -> None:
    meeting, agreement = partnership.a_meeting(), an_agreement(partnership)
    partnership.directory.save(a_service(NODI, "Drop-in centre", districts=(KOLKATA,)), indexed=False)
    tomorrow = (partnership.clock.now() + timedelta(days=1)).date().isoformat()
    forms = (
        ("coordinator", f"/meetings/{meeting}/actions", {}, 4),
        ("coordinator", "/partnerships", {}, 2),
        ("coordinator", "/training/new", {"place": "x" * 400}, 4),
        ("unit_supervisor", "/visits", {"day": ""}, 3),
        ("unit_supervisor", f"/partnerships/{agreement}/focal-points", {}, 3),
        ("officer", "/board/new", {}, 3),
        ("officer", "/reports/new", {"day": tomorrow}, 3),
    )
    for role, address, typed, wrong in forms:
        page = partnership.browser(role, STATION if role != "coordinator" else None).post(address, data=typed).text
        summary, _, rest = page.partition('class="error-summary"')[2].partition("</div>")
        told = re.findall(r'href="#([^"]+)"', summary)
        assert len(told) >= wrong, (address, told)
        assert told == sorted(told, key=lambda field: rest.index(f'id="{field}"')), address


def test_a_refused_date_stands_in_the_form_as_it_was_typed(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    seen = re.search(r'name="seen" value="(\d+)"', partnership.browser("coordinator").get(f"/meetings/{meeting}").text)
    sunday = {"day": "2027-12-26", "at": "16:30", "place": "Hall of the Sunday market", "seen": seen and seen[1]}

    page = partnership.browser("coordinator").post(f"/meetings/{meeting}/plan", data=sunday)

    assert page.status_code == 422
    for typed in ("2027-12-26", "16:30", "Hall of the Sunday market"):
        assert f'value="{typed}"' in page.text


CALENDAR = f"/meetings/calendar/{KOLKATA}"


def test_a_refused_calendar_keeps_what_was_typed_and_says_what_is_wrong_at_each_field(partnership: Partnership) -> None:
    coordinator, long = partnership.browser("coordinator"), "Hall of the Sunday market " * 6

    usual = coordinator.post(CALENDAR, data={"weekday": "4", "at": "half past", "place": long})
    block = coordinator.post(f"{CALENDAR}/days", data={"day": "2020-01-01", "reason": "election"})

    assert (usual.status_code, block.status_code) == (422, 422)
    told = re.findall(r'href="#([^"]+)"', usual.text.partition('class="error-summary"')[2].partition("</div>")[0])
    assert told == ["f-at", "f-place"]
    assert '<option value="4" selected>' in usual.text
    assert f'value="{long}"' in usual.text
    assert 'value="2020-01-01"' in block.text
    assert re.search(r'<option value="election" selected>', block.text)


def test_a_visit_asked_for_a_day_that_is_over_is_told_with_the_other_mistakes(partnership: Partnership) -> None:
    partnership.directory.save(a_service(NODI, "Drop-in centre", districts=(KOLKATA,)), indexed=False)
    today = partnership.clock.now().date().isoformat()

    page = partnership.browser("unit_supervisor").post("/visits", data={"day": today, "seats": "12"})

    assert [words in page.text for words in ("Choose a service.", "Enter a day ahead.", "from 1 to 8")] == [True] * 3


def test_a_refused_day_of_signing_stands_in_the_form_as_it_was_typed(partnership: Partnership) -> None:
    address = f"/partnerships/{an_agreement(partnership)}"

    page = partnership.browser("coordinator").post(
        f"{address}/sign", data={"day": "2031-05-06", "side": "unit", "seen": "1"}
    )

    assert (page.status_code, 'value="2031-05-06"' in page.text) == (422, True)


def test_a_refused_renewal_is_open_and_keeps_its_days(partnership: Partnership) -> None:
    address = f"/partnerships/{in_force(partnership)}"
    typed = {"from_day": "2027-11-02", "to_day": "2027-01-03", "review_on": "2028-10-04"}

    page = partnership.browser("coordinator").post(f"{address}/renew", data=typed)

    (fold,) = re.findall(r'<details class="more"[^>]*>(?=<summary>Renew it)', page.text)
    assert (page.status_code, " open" in fold) == (422, True)
    for day in typed.values():
        assert f'value="{day}"' in page.text, day


def test_a_day_that_is_not_allowed_is_told_with_the_other_mistakes(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    sunday, long = "2027-12-26", "Hall of the Sunday market " * 12

    for hour, wrong in (("16:30", ["f-day", "f-place"]), ("half past", ["f-day", "f-at", "f-place"])):
        form = {"day": sunday, "at": hour, "place": long, "seen": "2"}
        page = partnership.browser("coordinator").post(f"/meetings/{meeting}/plan", data=form)

        summary = page.text.partition('class="error-summary"')[2].partition("</div>")[0]
        assert (page.status_code, re.findall(r'href="#([^"]+)"', summary)) == (422, wrong)
        assert "Choose a working day" in page.text
