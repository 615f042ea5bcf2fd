"""Report a sheet as lost: the form takes no card of it any more, codes that were handed out go on working.

Promises: the answer is the same whether cards of the sheet were used, and however often it is reported; a number that
is no card of the own unit is refused like any other such number.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.cards.card_number import as_card_number
from referral_service.store.cards.card_sheets import close_sheet_of_card
from service_kit.db import audit
from service_kit.errors import FieldError, Invalid
from service_kit.identity import Principal

NOT_OF_YOUR_UNIT = "Not the number of a sheet or a card of your unit."


def report_lost_sheet(session: Session, supervisor: Principal, typed: str, *, now: datetime) -> str:
    """Close the sheet with this number, or with this card on it; returns its number. Raises Invalid."""
    number = as_card_number(typed)
    sheet = number and close_sheet_of_card(session, supervisor.organization, number, now)
    if not sheet:
        raise Invalid(FieldError("number", NOT_OF_YOUR_UNIT))
    audit.record(session, "card.lost", ("card_sheet", sheet), supervisor, now)
    return sheet
