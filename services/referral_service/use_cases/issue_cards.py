"""Issue numbered cards to a unit: numbers that officers type, codes that only providers can resolve.

Promises: a code is in the returned value and on the paper, nowhere else; the database keeps its keyed digest. Runs
with the worker's role (a command), never in a web request.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.outside.codes import new_card_code
from referral_service.store.cards import add_cards, next_numbers
from referral_service.store.directory import find_organization
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Scope

MOST = 1000


@dataclass(frozen=True)
class PrintedCard:
    """What goes on one card; `code` is 14 bare symbols."""

    number: str
    code: str = field(repr=False)


def issue_cards(
    session: Session, unit: UUID, count: int, *, dependencies: Dependencies, now: datetime
) -> Sequence[PrintedCard]:
    """`count` new cards (1 to 1000). Raises NotFound where the directory has published no such unit."""
    if not 1 <= count <= MOST:
        raise ValueError(f"between 1 and {MOST} cards at a time")
    if find_organization(session, unit) is None:
        raise NotFound
    cards = [PrintedCard(number, new_card_code(dependencies.ids)) for number in next_numbers(session, count)]
    add_cards(session, unit, [(card.number, dependencies.code_mac(card.code)) for card in cards])
    audit.record(session, "card.print", ("unit", unit), Scope(organization=unit), now, detail={"count": str(count)})
    return cards
