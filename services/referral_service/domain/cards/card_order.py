"""Order of card sheets: ordered by a unit, printed and sent by the coordinating body of its district.

Promises: an order says a unit, a number of sheets and when, nothing of who was given a card. Printing is possible in
every state, since a run may be lost anywhere on its way; each run closes the sheets of the run before.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MOST_SHEETS = 20
"""In one order."""


class OrderState(StrEnum):
    """Where an order stands."""

    ORDERED = "ordered"
    PRINTED = "printed"
    SENT = "sent"


@dataclass(frozen=True)
class CardOrder:
    """One order; `district` is an LGD code, `version` grows with each change, instants are aware."""

    id: UUID
    organization: UUID
    district: int
    sheets: int
    state: OrderState
    version: int
    ordered_at: datetime
    printed_at: datetime | None = None
    sent_at: datetime | None = None
