"""Posts without a name: which boards take them, and what holds one up or stores it twice."""

from pathlib import Path

from sqlalchemy import event, text

from directory_service.partnership.store.board import board_places
from support.board.tended_board import THIRD_PROVIDER, THIRD_STATION, Board, a_form, post_unnamed
from support.partnership import FAR_STATION, Partnership


def test_a_small_district_has_the_states_board_and_a_small_state_offers_no_anonymity(
    partnership: Partnership, tmp_path: Path
) -> None:
    board = Board(partnership, tmp_path)
    refused = partnership.browser("officer", FAR_STATION).post("/board/new", data=a_form())
    assert (refused.status_code, "Your state is too small" in refused.text) == (422, True)
    with partnership.worker() as session:  # the far district is one of the same state from now on
        session.execute(text("UPDATE district SET state_code = 19 WHERE code = 261"))
    post_unnamed(partnership.browser("officer", FAR_STATION), "Said far away")
    post_unnamed(partnership.browser("officer", THIRD_STATION), "Said in town")
    board.mornings(3)
    rows = board.rows("SELECT text, district_code, state_code FROM board_item ORDER BY text")
    assert [tuple(row) for row in rows] == [("Said far away", None, 19), ("Said in town", 315, 19)]
    far = partnership.browser("officer", FAR_STATION).get("/board").text
    town = partnership.browser("case_worker", THIRD_PROVIDER).get("/board").text
    assert ("Said far away" in far, "Said in town" in far) == (True, False)
    assert ("Said far away" in town, "Said in town" in town, "Aizawl" in town) == (True, True, False)


def test_the_boards_of_any_number_of_districts_cost_one_statement(partnership: Partnership, tmp_path: Path) -> None:
    Board(partnership, tmp_path)
    seen: list[str] = []
    with partnership.worker() as session:
        events = (session.get_bind(), "before_cursor_execute", lambda *given: seen.append(given[2]))
        event.listen(*events)
        places = board_places(session, [315, 261])
        event.remove(*events)

    assert {code: (place.district, place.takes_unnamed) for code, place in places.items()} == {
        315: (315, True),
        261: (None, False),
    }
    assert len(seen) == 1


def test_an_organisation_where_nobody_can_sign_in_hides_nobody(partnership: Partnership, tmp_path: Path) -> None:
    Board(partnership, tmp_path)
    officer = partnership.browser("officer")
    asked = officer.post("/board/new", data=a_form(accepted=""))
    assert (asked.status_code, "the state&#39;s board" in asked.text) == (200, False)
    with partnership.worker() as session:
        session.execute(text("UPDATE organization SET staffed = '{}' WHERE id = :id"), {"id": THIRD_PROVIDER.id})
    refused = officer.post("/board/new", data=a_form())
    assert (refused.status_code, "Your state is too small" in refused.text) == (422, True)


def test_the_same_form_twice_is_published_once_and_a_lost_worker_loses_nothing_else(
    partnership: Partnership, tmp_path: Path
) -> None:
    board, form = Board(partnership, tmp_path), a_form(words="Said twice")
    for _ in range(2):
        assert partnership.browser("officer").post("/board/new", data=form).status_code == 303
    waits: set[int] = set()
    for number in range(9):
        post_unnamed(partnership.browser("officer"), f"One of many {number}")
    for morning in range(1, 4):
        seen = len(board.rows("SELECT 1 FROM board_item"))
        board.tend(1)
        waits |= {morning} if len(board.rows("SELECT 1 FROM board_item")) > seen else set()
    assert len(board.rows("SELECT 1 FROM board_item")) == 10
    assert len(waits) > 1
    assert len(list((tmp_path / "board-keys").iterdir())) <= 2


def test_a_row_that_is_no_post_holds_up_no_other(partnership: Partnership, tmp_path: Path) -> None:
    board, officer = Board(partnership, tmp_path), partnership.browser("officer")
    told = {"kind": "near_a_service", "day": "2026-11-20", "author": "unnamed", "accepted": "yes"}
    answer = officer.post("/reports/new", data={**told, "text": "Every evening", "service": "no id of a service"})
    assert answer.status_code == 303
    with partnership.worker() as session:
        session.execute(
            text("INSERT INTO board_waiting SELECT gen_random_uuid(), id, :no_post FROM board_key"),
            {"no_post": b"made up"},
        )
    post_unnamed(officer, "Somebody else's idea")
    board.mornings(3)
    assert board.rows("SELECT text FROM board_item") == [("Somebody else's idea",)]
    assert board.rows("SELECT text, service_id FROM breach") == [("Every evening", None)]


def test_without_a_key_it_is_not_there_now_and_nothing_is_stored(partnership: Partnership, tmp_path: Path) -> None:
    board = Board(partnership, tmp_path)
    with partnership.worker() as session:
        session.execute(text("DELETE FROM board_waiting"))
        session.execute(text("DELETE FROM board_key"))
    assert partnership.browser("officer").post("/board/new", data=a_form()).status_code == 503
    assert partnership.browser("officer").get("/board/new").status_code == 200
    assert board.rows("SELECT 1 FROM board_waiting") == []
