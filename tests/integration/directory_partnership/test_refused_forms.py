"""A form that is refused says what is wrong in the order of its fields, each a link to its field."""

import re
from datetime import timedelta

from support.listings import KOLKATA, a_service
from support.partnership import NODI, STATION, Partnership, an_agreement


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
