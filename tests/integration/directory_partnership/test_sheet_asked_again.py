"""The sheet on the wall is asked for again and again: what is there already is not sent anew, and it ends some time."""

from datetime import timedelta

import pytest

from support.partnership import Partnership

FILLS = "<div data-sheet data-fills>"


def test_a_sheet_on_which_nothing_is_new_is_not_sent_again(partnership: Partnership) -> None:
    meeting, line = partnership.a_meeting(), str(partnership.ids.uuid())
    wall, at = partnership.browser("coordinator"), f"/meetings/{meeting}/sheet"
    tag = wall.get(at).headers["ETag"]

    same = wall.get(at, headers={"If-None-Match": tag, "X-Setu-Poll": "1"})
    assert (same.status_code, same.data) == (304, b"")
    form = {"line": line, "part": "5", "kind": "note", "text": "The centre opens on Sundays"}
    assert partnership.browser("coordinator").post(f"/meetings/{meeting}/minutes", data=form).status_code == 303

    changed = wall.get(at, headers={"If-None-Match": tag, "X-Setu-Poll": "1"})
    assert (changed.status_code, "The centre opens on Sundays" in changed.text) == (200, True)


@pytest.mark.parametrize("over", ["its day", "called off"])
def test_a_sheet_fills_in_until_the_day_is_over_or_the_meeting_is_off(partnership: Partnership, over: str) -> None:
    meeting = partnership.a_meeting()
    at = f"/meetings/{meeting}/sheet"
    assert FILLS in partnership.browser("coordinator").get(at).text

    if over == "its day":
        partnership.clock.advance(timedelta(days=1))
    else:
        partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"})

    assert FILLS not in partnership.browser("coordinator").get(at).text
