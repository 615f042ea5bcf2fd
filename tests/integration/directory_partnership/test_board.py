"""The board: who posts, reads, answers and moves an item, and what keeps it from telling of a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from directory_service.partnership.use_cases.board.post_to_board import NewBoardItem, post_to_board
from directory_service.partnership.use_cases.board.remind_of_board import remind_of_board
from directory_service.partnership.use_cases.board.report_breach import NewBreach, report_breach
from support.board.tended_board import Board, Dump, a_form, a_report, post_named, post_unnamed
from support.events import eventually, waiting_for_locks
from support.partnership import ALO, BODY, FAR_BODY, FAR_PROVIDER, FAR_STATION, NODI, STATION, Partnership

ROLES = ("officer", "custody_health", "case_worker", "unit_supervisor", "provider_manager")


@pytest.fixture
def board(partnership: Partnership, tmp_path: Path) -> Board:
    """The board of a district with three units and three providers."""
    return Board(partnership, tmp_path)


def state_of(board: Board, item: UUID) -> str:
    return str(board.rows(f"SELECT state FROM board_item WHERE id = '{item}'")[0][0])  # noqa: S608 - an id of our own


def without_activity(dump: Dump) -> Dump:
    """But for when a session was last used, which every page of anybody says."""
    return {table: rows for table, rows in dump.items() if table != "session_activity"}


def test_five_roles_post_and_everybody_of_the_district_reads(partnership: Partnership, board: Board) -> None:
    for role in ROLES:
        post_named(partnership.browser(role), f"Said as {role.replace('_', ' ')}")
    for role in (*ROLES, "coordinator", "data_officer"):
        page = partnership.browser(role).get("/board").text
        assert [f"Said as {each.replace('_', ' ')}" in page for each in ROLES] == [True] * 5, role
    for role in ("coordinator", "data_officer"):
        assert partnership.browser(role).post("/board/new", data=a_form()).status_code == 403
    for role, at in (("officer", FAR_STATION), ("provider_manager", FAR_PROVIDER), ("coordinator", FAR_BODY)):
        assert "Said as" not in partnership.browser(role, at).get("/board").text
    with partnership.directory.web.transaction(partnership.somebody("officer", FAR_STATION).scope) as session:
        assert session.scalar(text("SELECT count(*) FROM board_item")) == 0


def test_an_author_is_seen_by_the_coordinator_as_an_organisation_and_by_nobody_else(
    partnership: Partnership, board: Board
) -> None:
    writer = partnership.somebody("case_worker")
    item = post_named(partnership._browser(writer), "Longer hours on Sunday")
    assert "written by you" in partnership._browser(writer).get(f"/board/{item}").text
    assert "from Nodi" in partnership.browser("coordinator").get(f"/board/{item}").text
    for role in (*ROLES, "data_officer"):
        page = partnership.browser(role).get(f"/board/{item}").text
        assert ("Longer hours" in page, "written by you" in page, "from Nodi" in page) == (True, False, False), role
        with partnership.directory.web.transaction(partnership.somebody(role).scope) as session:
            assert session.scalar(text("SELECT count(*) FROM board_author")) == 0


DETAILS = ("Call 98300 12345", "R-7K2M-9PQ4 waits", "FIR 12/2026", "ask Constable Das", "रात 9 बजे से", "a@b.in")


def test_case_details_are_refused_in_words_and_stored_nowhere(partnership: Partnership, board: Board) -> None:
    before, faults = without_activity(board.dump()), {}
    for words, author in product(DETAILS, ("named", "unnamed")):
        refused = partnership.browser("officer").post("/board/new", data=a_form(words=words, author=author))
        told = [each in refused.text for each in ('href="#f-text"', "Say what should change, not who or where")]
        if (refused.status_code, told) != (422, [True, True]):
            faults[words, author] = refused.status_code, told
    assert faults == {}
    assert without_activity(board.dump()) == before


def test_what_is_missing_is_named_field_by_field(partnership: Partnership, board: Board) -> None:
    refused = partnership.browser("officer").post("/board/new", data={})
    assert refused.status_code == 422
    assert [f'href="#f-{name}"' in refused.text for name in ("category", "text", "author")] == [True] * 3
    assert partnership.browser("officer").post("/board/new", data=a_form(words="x" * 401)).status_code == 422


def test_an_answer_opens_no_second_row_and_tells_a_named_author_alone(partnership: Partnership, board: Board) -> None:
    named = post_named(partnership.member("officer"), "Cards at every desk")
    post_unnamed(partnership.browser("officer"), "Training on a Sunday")
    board.mornings(3)
    partnership.directory.forget_events()
    (unnamed,) = board.rows("SELECT id FROM board_item WHERE text = 'Training on a Sunday'")
    for item in (named, unnamed[0]):
        form = {"answer": str(uuid4()), "text": "Ordered for January"}
        for _ in range(2):
            manager = partnership.browser("provider_manager", ALO)
            assert manager.post(f"/board/{item}/answers", data=form).status_code == 303
        page = partnership.browser("officer").get(f"/board/{item}").text
        assert ("Ordered for January" in page, "Alo" in page, state_of(board, item)) == (True, True, "answered")
    for _ in range(2):
        board.tend()
    (event,) = partnership.directory.events()
    account = str(partnership.members[STATION.id, "officer"].account)
    assert (event.type, event.subject) == ("directory.board.answered.v1", str(named))
    assert (event.data["account_id"], event.data["receivers"]) == (account, [])
    assert b"Cards" not in event.to_bytes()
    for role in ("officer", "case_worker", "custody_health", "data_officer"):
        assert partnership.browser(role).post(f"/board/{named}/answers", data=form).status_code == 403
    far = partnership.browser("provider_manager", FAR_PROVIDER)
    assert far.post(f"/board/{named}/answers", data=form).status_code == 404


def test_the_coordinator_puts_it_on_the_agenda_says_done_and_hides(partnership: Partnership, board: Board) -> None:
    meeting = partnership.a_meeting(begun=False)
    item = post_named(partnership.browser("officer"), "Cards at every desk")
    coordinator = partnership.browser("coordinator")
    assert partnership.browser("unit_supervisor").post(f"/board/{item}/agenda", data={"seen": "1"}).status_code == 403
    assert coordinator.post(f"/board/{item}/agenda", data={"seen": "7"}).status_code == 409
    assert coordinator.post(f"/board/{item}/agenda", data={"seen": "1"}).status_code == 303
    assert coordinator.post(f"/board/{item}/agenda", data={"seen": "2"}).status_code == 409
    agenda = partnership.browser("provider_manager").get(f"/meetings/{meeting}").text
    assert ("Cards at every desk" in agenda, "District body" in agenda) == (True, True)
    assert coordinator.post(f"/board/{item}/done", data={"seen": "2"}).status_code == 303
    assert state_of(board, item) == "done"
    assert coordinator.post(f"/board/{item}/hide", data={"seen": "3"}).status_code == 404
    hide = {"seen": "3", "reason": "tells_of_somebody"}
    assert coordinator.post(f"/board/{item}/hide", data=hide).status_code == 303
    assert "It tells of a person or a case" in partnership.browser("data_officer").get(f"/board/{item}").text
    for role in ROLES:
        assert partnership.browser(role).get(f"/board/{item}").status_code == 404
    with partnership.directory.web.transaction(partnership.somebody("officer").scope) as session:
        assert session.scalar(text("SELECT count(*) FROM board_item")) == 0


def test_unanswered_for_ten_working_days_it_goes_onto_the_agenda_by_itself(
    partnership: Partnership, board: Board
) -> None:
    meeting = partnership.a_meeting(begun=False)
    item = post_named(partnership.browser("officer"), "Cards at every desk")
    answered = post_named(partnership.browser("officer"), "Training on a Sunday")
    form = {"answer": str(uuid4()), "text": "In January"}
    partnership.browser("coordinator").post(f"/board/{answered}/answers", data=form)
    board.mornings(14)
    assert (state_of(board, item), state_of(board, answered)) == ("open", "answered")
    board.mornings(1)
    board.tend()
    assert (state_of(board, item), state_of(board, answered)) == ("on_agenda", "answered")
    waiting = board.rows(f"SELECT text FROM agenda_item WHERE meeting_id = '{meeting}'")  # noqa: S608 - an id of our own
    assert waiting == [("Cards at every desk",)]
    assert board.rows("SELECT organization_id FROM agenda_item") == [(BODY.id,)]


def test_the_clock_locks_no_item_that_may_still_wait(partnership: Partnership, board: Board) -> None:
    item = post_named(partnership.browser("officer"), "Cards at every desk")
    board.mornings(14)
    with partnership.worker() as clock, partnership.worker() as other:
        remind_of_board(clock, partnership.clock.now())
        wanted = text("SELECT 1 FROM board_item WHERE id = :id FOR UPDATE SKIP LOCKED")
        assert other.execute(wanted, {"id": item}).all() == [(1,)]


def test_the_same_form_twice_at_once_is_one_item_and_one_report(partnership: Partnership, board: Board) -> None:
    who, now = partnership.somebody("officer"), partnership.clock.now()
    item, report, db = a_form(author="named"), a_report(), partnership.directory.worker
    first = NewBoardItem(UUID(item["once"]), 315, item["category"], item["text"])
    breach = NewBreach(315, report["kind"], None, date(2026, 11, 20), "", parent_agreed=False, past_coordinator=False)
    for address, form in (("/board/new", item), ("/reports/new", report)):
        with ThreadPoolExecutor(1) as other:
            with partnership.directory.web.transaction(who.scope) as session:
                if form is item:
                    post_to_board(session, who, first, now)
                else:
                    report_breach(session, who, UUID(report["once"]), breach, now)
                session.flush()
                answer = other.submit(partnership._browser(who).post, address, data=form)
                # it waits for the first, which is not committed yet
                eventually(lambda: answer.done() or waiting_for_locks(db) > 0)  # noqa: B023 (within this turn)
            assert answer.result().status_code == 303
    counts = [len(board.rows(f"SELECT 1 FROM {table}")) for table in ("board_author", "breach_reporter")]  # noqa: S608 - tables
    assert counts == [1, 1]


def test_ten_a_day_with_a_name_three_without(partnership: Partnership, board: Board) -> None:
    somebody = partnership.somebody("officer")
    for number in range(10):
        post_named(partnership._browser(somebody), f"Idea {number}")
    assert partnership._browser(somebody).post("/board/new", data=a_form(author="named")).status_code == 429
    for number in range(3):
        post_unnamed(partnership._browser(somebody), f"Concern {number}")
    assert partnership._browser(somebody).post("/board/new", data=a_form()).status_code == 429
    post_unnamed(partnership.browser("officer"), "Another one's")
    assert partnership.browser("coordinator", BODY).get("/board").status_code == 200


def test_a_long_board_goes_on_after_a_page(partnership: Partnership, board: Board) -> None:
    for number in range(27):
        post_named(partnership.browser("case_worker", NODI), f"Idea {number}")
    first = partnership.browser("officer").get("/board").text
    following = first.partition('rel="next" href="')[2].partition('"')[0]
    second = partnership.browser("officer").get(following).text
    assert (first.count('class="as-typed"'), second.count('class="as-typed"')) == (25, 2)
