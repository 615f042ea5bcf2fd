"""The board in the state view and the brief: answered within ten working days, open, overdue; for a body's key, too."""

import csv
import io
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.tables_board import BoardAnswer, BoardItem
from support.listings import KOLKATA
from support.partnership import BODY, ELSEWHERE, NODI, Partnership

API = "/api/partnership/state"
MONTH = "2026-09"


def an_item(
    partnership: Partnership, day: int, answered: date | None = None, *, state: str = "open", at: int | None = KOLKATA
) -> None:
    """An item that appeared on a day of September, and its answer."""
    with partnership.worker() as session:
        reason = "twice" if state == "hidden" else None
        place = {"state_code": 15 if at == ELSEWHERE else 19, "district_code": at}
        posted = {"category": "idea", "text": "Cards", "posted_on": date(2026, 9, day)}
        item = BoardItem(id=uuid4(), **place, **posted, state=state, hide_reason=reason)
        session.add(item)
        session.flush()
        if answered:
            made = {"organization_id": BODY.id, "text": "Yes", "answered_on": answered}
            session.add_all(BoardAnswer(id=uuid4(), item_id=item.id, **made) for _ in range(2))


@pytest.fixture
def board(partnership: Partnership) -> Partnership:
    """On the district's board four items that count, one beside them that is hidden; one on the state's."""
    with partnership.worker() as session:
        row = session.get_one(Organization, BODY.id)
        row.record = {**row.record, "whole_state": True}
    an_item(partnership, 1, date(2026, 9, 15), state="answered")  # the tenth working day
    an_item(partnership, 1, date(2026, 9, 17), state="done")  # two too late
    an_item(partnership, 1)  # overdue by now
    an_item(partnership, 1, state="done")  # closed without an answer
    an_item(partnership, 1, state="hidden")
    an_item(partnership, 2, at=None)
    an_item(partnership, 3, at=ELSEWHERE)
    return partnership


def key(partnership: Partnership, organization: UUID) -> dict[str, str]:
    with partnership.worker() as session:
        dependencies, now = Dependencies.from_settings(partnership.directory.settings), partnership.clock.now()
        made = make_api_key(session, dependencies, organization, "x", scopes=None, by=None, now=now)
    return {"Authorization": f"Bearer {made}"}


def test_the_board_is_counted_by_district_and_month(board: Partnership) -> None:
    document = board.program("coordinator").get(f"{API}?month={MONTH}").get_json()
    (district,) = document["districts"]
    counted = {"posted": 4, "answered_in_time": 1, "open": 1, "overdue": 1}
    assert (district["board"], district["months"][-1]["board"]) == (counted, counted)
    assert district["months"][-2]["board"]["posted"] == 0
    assert document["state_board"] == {"posted": 1, "answered_in_time": 0, "open": 1, "overdue": 1}
    rows = csv.DictReader(io.StringIO(board.program("coordinator").get(f"{API}.csv?month={MONTH}").text[1:]))
    facts = {
        (row["month"], row["row"]): row["value"]
        for row in rows
        if (row["table"], row["district"]) == ("board", str(KOLKATA))
    }
    assert facts[MONTH, "answered_in_time"] == facts["", "overdue"] == "1"
    for page in (f"/state?month={MONTH}&by=board", f"/brief?district={KOLKATA}&until={MONTH}"):
        shown = board.browser("coordinator").get(page).text
        assert ("Board answered" in shown, "1 of 4" in shown, "1 overdue" in shown) == (True, True, True), page


def test_an_item_within_its_ten_days_is_open_and_not_overdue(board: Partnership) -> None:
    board.clock.set(board.clock.now().replace(year=2026, month=9, day=14))
    (district,) = board.program("coordinator").get(f"{API}?month={MONTH}").get_json()["districts"]
    assert (district["board"]["open"], district["board"]["overdue"]) == (1, 0)


def test_a_bodys_key_counts_its_own_districts_board_and_a_providers_reads_none(board: Partnership) -> None:
    client = board.app.test_client()
    for path in (f"{API}?month={MONTH}", f"{API}.csv?month={MONTH}"):
        assert client.get(path, headers=key(board, BODY.id)).data == board.program("coordinator").get(path).data
    for at, seen in ((BODY, 5), (NODI, 0)):
        who = board.somebody("data_officer" if at is BODY else "provider_manager", at)
        with board.directory.web.transaction(replace(who.scope, role="integrator")) as session:
            assert session.scalar(text("SELECT count(*) FROM board_item")) == seen
