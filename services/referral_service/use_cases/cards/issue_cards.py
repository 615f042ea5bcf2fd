"""Issue numbered cards to a unit: numbers that officers type, codes that only providers can resolve.

Promises: a code is in the returned value and on the paper, nowhere else; the database keeps its keyed digest. Eight
cards share a sheet, which has the number of its first card. When not to use it: to print what was printed before; that
makes new cards, and the order's own use case closes the old ones (`print_card_order.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.cards.card_stock import ON_A_SHEET
from referral_service.outside.codes import new_card_code
from referral_service.store.cards.card_sheets import add_sheets
from referral_service.store.cards.new_cards import NewCard, add_cards, next_numbers
from referral_service.store.directory import find_organization
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Scope

MOST = 1000


@dataclass(frozen=True)
class PrintedCard:
    """What goes on one card; `code` is 14 bare symbols, `sheet` the number of the first card of its sheet."""

    number: str
    sheet: str
    code: str = field(repr=False)


def issue_cards(
    session: Session,
    unit: UUID,
    count: int,
    *,
    dependencies: Dependencies,
    now: datetime,
    by: audit.Actor | None = None,
    order: UUID | None = None,
) -> Sequence[PrintedCard]:
    """`count` new cards (1 to 1000), the last sheet not always full; `by` is None for a command.

    Raises NotFound where the directory has published no such unit.
    """
    if not 1 <= count <= MOST:
        raise ValueError(f"between 1 and {MOST} cards at a time")
    if find_organization(session, unit) is None:
        raise NotFound
    numbers = next_numbers(session, count)
    sheets = numbers[::ON_A_SHEET]
    cards = [
        PrintedCard(number, sheets[position // ON_A_SHEET], new_card_code(dependencies.ids))
        for position, number in enumerate(numbers)
    ]
    add_sheets(session, unit, order, sheets)
    add_cards(session, unit, [NewCard(card.number, card.sheet, dependencies.code_mac(card.code)) for card in cards])
    actor = by or Scope(organization=unit)
    audit.record(session, "card.print", ("unit", unit), actor, now, detail={"count": str(count)})
    return cards
