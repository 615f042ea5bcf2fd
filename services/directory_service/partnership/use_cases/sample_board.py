"""Board of a sample district: items of its weeks, some with a name, answered, on the agenda and open.

For the demo alone: rows are written as the past left them. Texts go through the guard like everybody's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain import board
from directory_service.partnership.store.tables_board import BoardAnswer, BoardItem
from directory_service.partnership.use_cases.board.move_board_item import put_on_agenda
from setu.guard import guarded
from setu.india import day_in_india

ITEMS: Sequence[tuple[int, str, str, str, str]] = (
    (3, "form_and_cards", board.OPEN, "The card's words in Bengali are too small to read at night.", ""),
    (9, "idea", board.OPEN, "A short round at the start of each shift: who is open tonight.", ""),
    (
        16,
        "women_and_children",
        board.ANSWERED,
        "Women ask for a woman to talk to; the desk does not know when one is there.",
        "A woman worker is there from Monday to Friday; the listing says so now.",
    ),
    (24, "training", board.ON_AGENDA, "Night shifts never get to the training. Hold one on a Sunday.", ""),
    (
        40,
        "access",
        board.DONE,
        "Nobody picks up the phone of the drop-in centre on Saturdays.",
        "Calls go to the duty phone on Saturdays from now on.",
    ),
)
"""Days ago, category, state, text, and the answer where there is one."""


def sample_board(session: Session, providers: Sequence[UUID], body: UUID, now: datetime) -> None:
    """Write them, once the district's next meeting is planned. Needs the worker's role."""
    today, district = day_in_india(now), session.get_one(Organization, body).district_code
    state = session.get_one(District, district).state_code
    for number, (days, category, standing, text, answer) in enumerate(ITEMS):
        item = BoardItem(
            id=uuid4(),
            state_code=state,
            district_code=district,
            category=category,
            text=guarded(text),
            posted_on=today - timedelta(days=days),
            state=standing,
        )
        session.add(item)
        session.flush()
        if standing == board.ON_AGENDA:
            put_on_agenda(session, item, body, now)
        if answer:
            answered_on = item.posted_on + timedelta(days=4)
            who = (body, providers[0])[number % 2]
            said = BoardAnswer(
                id=uuid4(),
                item_id=item.id,
                organization_id=who,
                text=guarded(answer),
                answered_on=answered_on,
                told=True,
            )
            session.add(said)
