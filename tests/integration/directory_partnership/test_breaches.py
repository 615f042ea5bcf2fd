"""Reports of a breach: past every station, onto no agenda, to the coordinator, then to the state."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.partnership.use_cases.board.follow_breach import BreachCursor, list_breaches
from support.board.tended_board import THIRD_PROVIDER, Board, a_report
from support.listings import a_service
from support.partnership import BODY, FAR_BODY, NODI, STATION, Partnership, an_organization

STATES_BODY = an_organization("State body", "coordinating_body")
SERVICE = a_service(NODI, "Drop-in centre")
TWENTY_FIVE_MORE = """
INSERT INTO breach (id, state_code, district_code, kind, day, text, parent_agreed, past_coordinator, reported_on)
SELECT gen_random_uuid(), state_code, district_code, kind, day, text, parent_agreed, past_coordinator,
       reported_on + number
FROM breach, generate_series(1, 25) AS number WHERE id = :id
"""


@pytest.fixture
def board(partnership: Partnership, tmp_path: Path) -> Board:
    """A district with a service, in a state that has a body."""
    board = Board(partnership, tmp_path)
    partnership.directory.save(STATES_BODY, SERVICE, indexed=False)
    be_whole(partnership)
    partnership.directory.forget_events()
    return board


def be_whole(partnership: Partnership) -> None:
    with partnership.worker() as session:
        record = "jsonb_set(record, '{whole_state}', 'true')"
        session.execute(text(f"UPDATE organization SET record = {record} WHERE id = '{STATES_BODY.id}'"))  # noqa: S608 - an id of our own


def told(board: Board) -> list[Any]:
    board.tend()
    board.tend()
    events = [(each.data["state"], each.data["receivers"]) for each in board.partnership.directory.events()]
    board.partnership.directory.forget_events()
    return events


def report(partnership: Partnership, role: str, **more: str) -> UUID:
    who, form = partnership.somebody(role), a_report(**more)
    answer = partnership._browser(who).post("/reports/new", data=form)
    assert answer.headers["Location"].startswith("/reports?done=")
    page = partnership._browser(who).get("/reports").text
    assert ("near a service" in page) == (form["author"] == "named")
    return UUID(form["once"])


def pages_of_the_unit(readers: list[FlaskClient], meeting: UUID) -> list[str]:
    """Everything of the subject that the unit's people read, but for the ids that a form makes for itself."""
    paths = ("/board", "/reports", "/meetings", f"/meetings/{meeting}", "/partnerships", "/training", "/study")
    pages = [reader.get(path).text for reader in readers for path in paths]
    return [re.sub(r'name="(item|action|once)" value="[^"]*"', "", page) for page in pages]


def test_form_and_list_name_the_service_in_the_readers_language(partnership: Partnership, board: Board) -> None:
    partnership.directory.save(replace(SERVICE, names={"hi": "ड्रॉप-इन केंद्र"}), indexed=False)
    worker, form = partnership.browser("case_worker"), a_report(service=str(SERVICE.id))
    assert worker.post("/reports/new", data=form).status_code == 303

    for path in ("/reports/new", "/reports"):
        page = worker.get(f"{path}?lang=hi").text
        assert ("ड्रॉप-इन केंद्र" in page, "Drop-in centre" in page) == (True, False), path
    assert board.partnership is partnership


def test_it_changes_no_byte_for_the_unit_and_stands_on_no_agenda(partnership: Partnership, board: Board) -> None:
    meeting = partnership.a_meeting(begun=False)
    report(partnership, "case_worker", text="Stopped twice on the way", service=str(SERVICE.id))
    report(partnership, "case_worker", author="unnamed", accepted="yes")
    board.mornings(3)
    readers = [partnership.browser(role) for role in ("unit_supervisor", "officer")]
    with_it = pages_of_the_unit(readers, meeting)
    with partnership.worker() as session:
        rows = session.execute(text("SELECT * FROM breach")).all()
        reporters = session.execute(text("SELECT * FROM breach_reporter")).all()
        session.execute(text("DELETE FROM breach_reporter"))
        session.execute(text("DELETE FROM breach"))
        session.execute(text("DELETE FROM breach_count"))
    assert (len(rows), len(reporters)) == (2, 1)
    assert pages_of_the_unit(readers, meeting) == with_it
    assert board.rows("SELECT 1 FROM agenda_item") == []


def test_the_coordinator_and_the_reporter_read_it_and_nobody_else(partnership: Partnership, board: Board) -> None:
    report(partnership, "case_worker", text="Stopped twice on the way", service=str(SERVICE.id))
    report(partnership, "case_worker", author="unnamed", accepted="yes")
    board.mornings(3)
    assert partnership.browser("coordinator").get("/reports").text.count("<h2>People were stopped") == 2
    assert "Drop-in centre" in partnership.browser("coordinator").get("/reports").text
    for role in ("unit_supervisor", "provider_manager", "officer"):
        with partnership.directory.web.transaction(partnership.somebody(role).scope) as session:
            assert session.scalar(text("SELECT count(*) FROM breach")) == 0
            assert session.scalar(text("SELECT count(*) FROM breach_count")) == 0
    assert "near a service" not in partnership.browser("coordinator", FAR_BODY).get("/reports").text


def test_the_coordinator_takes_it_up_asks_the_unit_above_only_where_agreed_answers_and_closes(
    partnership: Partnership, board: Board
) -> None:
    for parent in ("yes", ""):
        made = report(partnership, "provider_manager", parent=parent)
        coordinator = partnership.browser("coordinator")
        at = f"/reports/{made}"
        assert partnership.browser("unit_supervisor").post(f"{at}/take", data={"seen": "1"}).status_code == 403
        assert coordinator.post(f"{at}/take", data={"seen": "9"}).status_code == 409
        assert coordinator.post(f"{at}/take", data={"seen": "1"}).status_code == 303
        asked = coordinator.post(f"{at}/parent", data={"seen": "2"})
        assert asked.status_code == (303 if parent else 409)
        seen = "3" if parent else "2"
        refused = coordinator.post(f"{at}/answer", data={"seen": seen, "answer": "Ask Inspector Rao"})
        assert (refused.status_code, "a person&#39;s name" in refused.text) == (422, True)
        assert coordinator.post(f"{at}/answer", data={"seen": seen, "answer": "The beat was told"}).status_code == 303
        last = str(int(seen) + 1)
        assert coordinator.post(f"{at}/close", data={"seen": last}).status_code == 303
    states = board.rows("SELECT state, answer FROM breach")
    assert states == [("closed", "The beat was told")] * 2
    assert told(board) == []


def test_the_coordinator_is_told_and_after_three_working_days_the_states_body(
    partnership: Partnership, board: Board
) -> None:
    made = report(partnership, "officer")
    assert told(board) == [("report", [])]
    assert told(board) == []
    partnership.clock.advance(timedelta(days=6))
    assert told(board) == [("report_state", [str(STATES_BODY.id)])]
    assert partnership.browser("coordinator").post(f"/reports/{made}/take", data={"seen": "1"}).status_code == 303


def test_one_about_the_coordinator_goes_past_the_coordinator(partnership: Partnership, board: Board) -> None:
    made = report(partnership, "case_worker", past="yes")
    assert told(board) == [("report_state", [str(STATES_BODY.id)])]
    district = partnership.browser("coordinator")
    assert str(made) not in district.get("/reports").text
    assert district.post(f"/reports/{made}/take", data={"seen": "1"}).status_code == 404
    states = partnership.browser("coordinator", STATES_BODY)
    assert str(made) in states.get("/reports").text
    assert states.post(f"/reports/{made}/take", data={"seen": "1"}).status_code == 303


def test_who_reported_without_a_name_is_nowhere_and_what_is_wrong_is_named(
    partnership: Partnership, board: Board
) -> None:
    report(partnership, "officer", author="unnamed", accepted="yes", text="Every evening this week")
    assert board.rows("SELECT 1 FROM breach") == []
    board.mornings(3)
    (row,) = board.rows("SELECT kind, text, district_code FROM breach")
    assert row == ("near_a_service", "Every evening this week", 315)
    assert board.rows("SELECT 1 FROM breach_reporter") == []
    refused = partnership.browser("officer").post("/reports/new", data={"text": "x" * 401, "day": "2031-01-01"})
    assert refused.status_code == 422
    assert [f'href="#f-{name}"' in refused.text for name in ("kind", "day", "text", "author")] == [True] * 4
    told_of = a_report(text="Ask Constable Das", author="unnamed", accepted="yes")
    assert partnership.browser("officer").post("/reports/new", data=told_of).status_code == 422
    for role in ("coordinator", "data_officer"):
        assert partnership.browser(role).post("/reports/new", data=a_report()).status_code == 403
    assert partnership.browser("officer", STATION).get("/reports/new").status_code == 200


def test_where_few_can_have_written_it_a_report_has_a_name(partnership: Partnership, board: Board) -> None:
    officer, unnamed = partnership.browser("officer"), a_report(author="unnamed", accepted="yes")
    assert 'value="unnamed"' in officer.get("/reports/new").text
    with partnership.worker() as session:
        session.execute(text("UPDATE organization SET staffed = '{}' WHERE id = :id"), {"id": THIRD_PROVIDER.id})
    form = officer.get("/reports/new").text
    assert ('value="unnamed"' in form, "it would point at you" in form) == (False, True)
    with partnership.worker() as session:
        session.execute(text("DELETE FROM board_waiting"))
    refused = officer.post("/reports/new", data=unnamed)
    assert (refused.status_code, 'href="#f-author"' in refused.text) == (422, True)
    assert board.rows("SELECT 1 FROM board_waiting") == []
    report(partnership, "officer")


def test_in_a_state_without_a_body_no_report_about_the_coordinator_goes_to_the_coordinator(
    partnership: Partnership, board: Board
) -> None:
    assert 'name="past"' in partnership.browser("officer").get("/reports/new").text
    made = report(partnership, "officer", past="yes")
    with partnership.worker() as session:
        session.execute(text("UPDATE organization SET record = record - 'whole_state'"))
    assert 'name="past"' not in partnership.browser("officer").get("/reports/new").text
    for author in ("named", "unnamed"):
        form = a_report(past="yes", author=author, accepted="yes")
        refused = partnership.browser("officer").post("/reports/new", data=form)
        assert (refused.status_code, 'href="#f-past"' in refused.text) == (422, True)
    assert told(board) == []
    assert board.rows("SELECT id, past_coordinator FROM breach") == [(made, True)]
    be_whole(partnership)
    assert told(board) == [("report_state", [str(STATES_BODY.id)])]


def test_where_the_states_body_coordinates_a_district_nobody_stands_above_and_the_page_says_so(
    partnership: Partnership, board: Board
) -> None:
    words = "Nobody here stands above the coordinator of this district"
    falls_to_the_state = f"UPDATE organization SET stands_in_for = '{{315}}' WHERE id = '{STATES_BODY.id}'"  # noqa: S608 - an id of our own
    only_the_states = (
        "UPDATE organization SET stands_in_for = '{}'",
        f"UPDATE organization SET status = 'suspended' WHERE id = '{BODY.id}'",  # noqa: S608 - an id of our own
    )
    assert words not in partnership.browser("officer").get("/reports/new").text
    for changes in ((falls_to_the_state,), only_the_states):
        with partnership.worker() as session:
            for change in changes:
                session.execute(text(change))
        page = partnership.browser("officer").get("/reports/new").text
        assert (words in page, 'name="past"' in page) == (True, False)
        assert "the state&#39;s body has it" not in page
        refused = partnership.browser("officer").post("/reports/new", data=a_report(past="yes"))
        assert (refused.status_code, 'href="#f-past"' in refused.text) == (422, True)
    assert board.rows("SELECT id FROM breach") == []


def test_open_reports_come_first_and_of_them_the_oldest_page_by_page(partnership: Partnership, board: Board) -> None:
    made = []
    for _ in range(4):
        made.append(report(partnership, "officer"))
        partnership.clock.advance(timedelta(days=1))
    first, closed = made.pop(0), made.pop(1)
    with partnership.worker() as session:
        session.execute(
            text("UPDATE breach SET state = 'closed' WHERE id IN (:one, :two)"), {"one": first, "two": closed}
        )
    coordinator, seen, after = partnership.somebody("coordinator"), [], None
    with partnership.directory.web.transaction(coordinator.scope) as session:
        for _ in range(4):
            page = list_breaches(session, coordinator, 1, BreachCursor.decode(after))
            seen, after = [*seen, *(each.breach.id for each in page.items)], page.next
    assert (seen, after) == ([*made, closed, first], None)


def test_a_report_beyond_the_first_page_is_answered_where_it_stands(partnership: Partnership, board: Board) -> None:
    made = report(partnership, "officer")
    with partnership.worker() as session:
        session.execute(text(TWENTY_FIVE_MORE), {"id": made})
    coordinator = partnership.browser("coordinator")
    first = coordinator.get("/reports").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = coordinator.get(older[1]).text
    cursor = re.search(r'name="cursor" value="([^"]+)"', second)
    assert cursor is not None

    [here] = re.findall(r'action="/reports/([^"]+)/take', second)
    assert (first.count(f"/reports/{here}/"), first.count("/take")) == (0, 25)
    moved = coordinator.post(f"/reports/{here}/take", data={"seen": "1", "cursor": cursor[1]})
    assert moved.location == f"/reports?done=moved&cursor={cursor[1]}"
    refused = coordinator.post(f"/reports/{here}/answer", data={"seen": "2", "answer": "", "cursor": cursor[1]})
    assert (refused.status_code, f"/reports/{here}/answer" in refused.text) == (422, True)
    assert coordinator.get("/reports?cursor=x").status_code == 400
