"""A unit's order of cards, as its supervisor places it and the coordinator of the district prints it."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from referral_service.store.tables_cards import card_order
from service_kit.identity import Principal
from support.referral import COORDINATOR, SUPERVISOR, ReferralService

_FACE = re.compile(
    r'<p class="number">.*?<b>([\d-]+)</b>.*?of-sheet">[^<]*?([\d-]+)</p>.*?class="secret" translate="no">(.*?)</p>',
    re.DOTALL,
)


@dataclass(frozen=True)
class Face:
    """What can be read on a printed card: its number, its sheet's, its code without the groups."""

    number: str
    sheet: str
    code: str


def submit_form(setu: ReferralService, who: Principal, path: str, **fields: Any) -> TestResponse:
    """POST a form as this person."""
    return setu.client(who).post(path, data=fields)


def an_order(setu: ReferralService, who: Principal = SUPERVISOR, sheets: int = 2) -> UUID:
    """The id of an order of so many sheets that waits."""
    response = submit_form(setu, who, "/cards/order", sheets=sheets)
    assert response.status_code == 303, response.text
    waiting = select(card_order.c.id).where(
        card_order.c.organization_id == who.organization, card_order.c.state == "ordered"
    )
    with setu.worker_db.transaction() as session:
        found: UUID = session.scalars(waiting).one()
    return found


def version_of(setu: ReferralService, order: UUID) -> int:
    """The present version of an order."""
    with setu.worker_db.transaction() as session:
        version: int = session.scalars(select(card_order.c.version).where(card_order.c.id == order)).one()
    return version


def try_printing(
    setu: ReferralService, order: UUID, who: Principal = COORDINATOR, version: int | None = None, **more: str
) -> TestResponse:
    """The answer to the print button, of the present version unless told otherwise."""
    seen = version_of(setu, order) if version is None else version
    fields = {"paper": "a4", "language": "en", **more}
    return submit_form(setu, who, f"/card-orders/{order}/print", version=seen, **fields)


def print_order(setu: ReferralService, order: UUID) -> list[Face]:
    """The cards of a new run, read off the page."""
    page = try_printing(setu, order)
    assert page.status_code == 200, page.text
    return faces(page.text)


def faces(page: str) -> list[Face]:
    """Every card of a printed page."""
    return [Face(number, sheet, re.sub(r"<br>|-", "", code)) for number, sheet, code in _FACE.findall(page)]
