"""A late item of the board: in whose name it goes onto the agenda, and that it waits while there is nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sample_accounts import open_account
from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import District
from directory_service.partnership.store.tables_board import BoardItem
from directory_service.partnership.use_cases.board.remind_of_board import remind_of_board
from support.board.tended_board import Board, post_named
from support.listings import KOLKATA
from support.partnership import BODY, Partnership, an_organization

HOWRAH, WEST_BENGAL = 304, 19
STATES_BODY = replace(an_organization("State body", "coordinating_body", HOWRAH), whole_state=True)
NEIGHBOUR = an_organization("Howrah body", "coordinating_body", HOWRAH)
WORDS = "Cards at every desk"


@pytest.fixture
def board(partnership: Partnership, tmp_path: Path) -> Board:
    """The board of a district, in a state that has a second one."""
    with partnership.worker() as session:
        session.add(District(code=HOWRAH, state_code=WEST_BENGAL, name="Howrah", names={}))
    return Board(partnership, tmp_path)


def set_status(board: Board, body: Organization, status: str) -> None:
    with board.partnership.worker() as session:
        session.execute(text("UPDATE organization SET status = :to WHERE id = :id"), {"to": status, "id": body.id})


def stand_in(board: Board, body: Organization) -> None:
    """The district falls to this body of its state, as `settle_staffing` writes it."""
    with board.partnership.worker() as session:
        fallen = text("UPDATE organization SET stands_in_for = ARRAY[:code ::int] WHERE id = :id")
        session.execute(fallen, {"code": KOLKATA, "id": body.id})


def be_late(board: Board) -> UUID:
    """An item that nobody answered for so long."""
    item = post_named(board.partnership.browser("officer"), WORDS)
    board.tend(1)
    board.tend(14)
    board.tend()
    return item


def on_agendas(board: Board) -> list[tuple[str, UUID]]:
    return [(row.text, row.organization_id) for row in board.rows("SELECT text, organization_id FROM agenda_item")]


def how_it_stands(board: Board, item: UUID) -> tuple[str, bool, int]:
    with board.partnership.worker() as session:
        row = session.get_one(BoardItem, item)
        return row.state, row.with_state, row.version


@contextmanager
def left_alone_by_the_clock(board: Board) -> Iterator[set[UUID]]:
    """The items that the clock leaves to others to lock while it is at work."""
    with board.partnership.worker() as clock, board.partnership.worker() as other:
        remind_of_board(clock, board.partnership.clock.now())
        yield set(other.scalars(text("SELECT id FROM board_item FOR UPDATE SKIP LOCKED")))


def test_where_the_district_has_a_body_it_goes_in_its_name(board: Board) -> None:
    board.partnership.directory.save(STATES_BODY, indexed=False)
    stand_in(board, STATES_BODY)

    item = be_late(board)

    assert on_agendas(board) == [(WORDS, BODY.id)]
    assert how_it_stands(board, item) == ("on_agenda", True, 2)


@pytest.mark.parametrize("falls_to_it", [True, False])
def test_where_only_the_state_has_one_it_goes_in_that_ones_name(board: Board, falls_to_it: bool) -> None:
    partnership = board.partnership
    meeting = partnership.a_meeting(begun=False)
    set_status(board, BODY, "suspended")
    partnership.directory.save(STATES_BODY, indexed=False)
    if falls_to_it:
        stand_in(board, STATES_BODY)

    be_late(board)

    assert on_agendas(board) == [(WORDS, STATES_BODY.id)]
    agenda = partnership.browser("provider_manager").get(f"/meetings/{meeting}").text
    assert (WORDS in agenda, "State body" in agenda) == (True, True)


def test_a_body_that_sits_elsewhere_and_coordinates_the_district_is_its_own(board: Board) -> None:
    partnership = board.partnership
    set_status(board, BODY, "suspended")
    partnership.directory.save(STATES_BODY, NEIGHBOUR, indexed=False)
    with partnership.worker() as session:
        dependencies = Dependencies.from_settings(partnership.directory.settings)
        who = {"user": "c.howrah", "role": "coordinator", "districts": (KOLKATA, HOWRAH)}
        open_account(session, dependencies, NEIGHBOUR.id, **who, now=partnership.clock.now())

    be_late(board)

    assert on_agendas(board) == [(WORDS, NEIGHBOUR.id)]


def test_while_there_is_no_body_it_waits_unlocked_and_goes_once_there_is_one(board: Board) -> None:
    set_status(board, BODY, "suspended")
    item = be_late(board)
    assert on_agendas(board) == []
    assert how_it_stands(board, item) == ("open", True, 1)
    with left_alone_by_the_clock(board) as free:
        assert free == {item}

    board.partnership.directory.save(STATES_BODY, indexed=False)
    for _ in range(3):
        board.tend()

    assert on_agendas(board) == [(WORDS, STATES_BODY.id)]
    assert how_it_stands(board, item) == ("on_agenda", True, 2)


def test_what_is_answered_while_it_waits_goes_nowhere(board: Board) -> None:
    set_status(board, BODY, "suspended")
    item = be_late(board)
    form = {"answer": str(uuid4()), "text": "Ordered for January"}
    manager = board.partnership.browser("provider_manager")
    assert manager.post(f"/board/{item}/answers", data=form).status_code == 303

    set_status(board, BODY, "active")
    board.tend()

    assert on_agendas(board) == []
    assert how_it_stands(board, item)[0] == "answered"


def test_one_of_the_states_board_is_the_states_to_see_and_on_no_agenda(board: Board) -> None:
    board.partnership.directory.save(STATES_BODY, indexed=False)
    long_ago = (board.partnership.clock.now() - timedelta(days=40)).date()
    item = BoardItem(id=uuid4(), state_code=WEST_BENGAL, category="idea", text=WORDS, posted_on=long_ago)
    with board.partnership.worker() as session:
        session.add(item)

    for _ in range(2):
        board.tend()

    assert on_agendas(board) == []
    assert how_it_stands(board, item.id) == ("open", True, 1)
    with left_alone_by_the_clock(board) as free:
        assert free == {item.id}
