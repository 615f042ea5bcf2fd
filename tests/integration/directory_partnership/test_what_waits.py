"""What waits at meetings, on the board and of visits: a number in the menu, and a page that leads to where it ends."""

from datetime import timedelta
from pathlib import Path

import pytest

from directory_service.partnership.domain.visits import AGREED, ASKED
from setu.india import day_in_india
from support.board.tended_board import Board, post_named
from support.partnership import BODY, FAR_BODY, NODI, STATION, Partnership
from support.visits import DAY_CLINIC, a_visit


def waiting(partnership: Partnership, role: str, path: str = "/meetings", *, far: bool = False) -> int:
    counts = partnership.browser(role, FAR_BODY if far else None).get("/counts").get_json()
    return int(counts[path])


def test_a_coordinator_is_told_of_dates_to_confirm_and_of_meetings_to_settle(partnership: Partnership) -> None:
    assert waiting(partnership, "coordinator") == 0
    partnership.propose()
    assert waiting(partnership, "coordinator") == 1, "proposed"
    meeting = partnership.a_meeting(begun=False)
    assert waiting(partnership, "coordinator") == 0, "confirmed, and ahead"
    partnership.a_meeting()
    assert waiting(partnership, "coordinator") == 1, "begun, and nobody said who came"
    coordinator = partnership.browser("coordinator")
    version = partnership.meetings()[0].version
    assert coordinator.post(f"/meetings/{meeting}/settle", data={"seen": str(version)}).status_code == 303
    assert waiting(partnership, "coordinator") == 0


@pytest.mark.parametrize(("role", "owner"), [("unit_supervisor", STATION), ("provider_manager", NODI)])
def test_a_side_is_told_of_its_own_overdue_actions_and_led_to_where_they_end(
    partnership: Partnership, role: str, owner: object
) -> None:
    meeting = partnership.a_meeting()
    due = (partnership.clock.now() + timedelta(days=3)).date()
    for text, by in (("Order forty cards", STATION), ("Open on Sundays", NODI), ("Print the sheet", BODY)):
        action = {"action_text": text, "post": "manager", "due": due.isoformat(), "owner": str(by.id)}
        assert partnership.browser("coordinator").post(f"/meetings/{meeting}/actions", data=action).status_code == 303
    own, other = ("Order forty cards", "Open on Sundays")[:: 1 if owner is STATION else -1]

    assert waiting(partnership, role) == 0, "not due yet"
    partnership.clock.advance(timedelta(days=4))

    assert waiting(partnership, role) == 1
    page = partnership.browser(role).get("/meetings").text
    assert f'/meetings/{meeting}#actions">{own}</a>' in page
    assert other not in page
    assert waiting(partnership, "data_officer") == 0


def test_a_coordinator_is_told_of_items_that_nobody_has_answered(partnership: Partnership, tmp_path: Path) -> None:
    board = Board(partnership, tmp_path)
    item = post_named(partnership.browser("officer"), "Cards come late")
    assert waiting(partnership, "coordinator", "/board") == 1
    assert [waiting(partnership, role, "/board") for role in ("officer", "provider_manager")] == [0, 0]
    assert waiting(partnership, "coordinator", "/board", far=True) == 0
    assert board.rows("SELECT state FROM board_item") == [("open",)], item


def test_a_visit_waits_for_its_provider_and_once_its_day_is_over_for_the_coordinator_too(
    partnership: Partnership,
) -> None:
    today, roles = day_in_india(partnership.clock.now()), ("provider_manager", "coordinator", "unit_supervisor")
    a_visit(partnership, today, ASKED)
    a_visit(partnership, today - timedelta(days=1), ASKED)
    a_visit(partnership, today, AGREED)
    a_visit(partnership, today, ASKED, to=DAY_CLINIC)
    counts = [waiting(partnership, role, "/training") for role in roles]
    assert counts == [1, 0, 0], "asked for, and its day is not over"

    a_visit(partnership, today - timedelta(days=1), AGREED)
    a_visit(partnership, today - timedelta(days=1), AGREED, to=DAY_CLINIC)

    assert [waiting(partnership, role, "/training") for role in (*roles, "data_officer")] == [2, 2, 0, 0]
    assert waiting(partnership, "coordinator", "/training", far=True) == 0
    pages = [partnership.browser(role).get("/training").text for role in ("provider_manager", "unit_supervisor")]
    assert ["2 wait for your answer" in page for page in pages] == [True, False]
