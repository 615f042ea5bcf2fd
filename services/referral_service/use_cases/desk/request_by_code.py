"""Withdraw or erase for somebody who has a card's code, on the phone or at the desk.

Why: rules 7 and 13. The code is queued exactly as the person's own withdrawal is, and the worker does both by one path.
Promises: a wrong check character is refused from the input alone; whatever a well-formed code leads to, the officer is
answered alike, and the request is closed by the worker alike. A reference proves nothing and is refused.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import DeskRequest, Kind
from referral_service.outside.codes import card_code
from referral_service.store.cards.card_requests import WITHDRAWAL, queue_request
from referral_service.store.desk import desk_requests
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.open_request import open_request
from service_kit.identity import Principal


def request_by_code(
    session: Session,
    officer: Principal,
    kind: Kind,
    code: str,
    *,
    request_id: UUID,
    dependencies: Dependencies,
    now: datetime,
) -> DeskRequest:
    """The request, queued. Raises BadCode, Conflict."""
    code_mac = dependencies.code_mac(card_code(code))
    queue_request(session, code_mac, WITHDRAWAL, now)
    new = open_request(session, officer, kind, request_id=request_id, dependencies=dependencies, now=now)
    desk_requests.add_code(session, new.id, code_mac)
    return new
