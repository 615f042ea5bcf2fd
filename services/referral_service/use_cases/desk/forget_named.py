"""Forget what a demand or an emergency names, once the person's content is gone; the worker's.

Why: a reference beside a court's paper joins a person to a case, and a report tells of one; neither may outlive a
withdrawal. Promises: where the content went since, an open demand loses the name alone and goes on to its letter, and
everything else that is sealed of the request is destroyed; whatever ended with nothing given names nobody. What never
was there is not told apart from what is: it is forgotten as the request ends. One transaction each.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import NOTHING, Kind
from referral_service.outside.codes import CARD_SYMBOLS, show
from referral_service.store.desk import desk_details, desk_due, desk_referral
from referral_service.store.desk.desk_due import NamingRequest
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.seal_details import add_to_details, open_details
from service_kit.db.engine import Database

_WAS_HELD = "was_held"
"""In the sealed details: the content was there when the worker looked; shown to nobody."""


def forget_named(db: Database, *, dependencies: Dependencies) -> int:
    """One round over every request that names somebody; how many were forgotten. `db` is the worker's."""
    with db.transaction() as session:
        naming = desk_due.requests_with_names(session)
    forgotten = 0
    for request_id in naming:
        with db.transaction() as session:
            forgotten += _forget(session, request_id, dependencies)
    return forgotten


def _forget(session: Session, request_id: UUID, dependencies: Dependencies) -> bool:
    request = desk_due.lock_naming(session, request_id)
    details = open_details(session, request_id, dependencies)
    named = details.get("named", "")
    if request is None or not named:
        return False
    if _ended_with_nothing(request) and not details.get("report"):
        add_to_details(session, request_id, {"named": ""}, dependencies)
        return True
    if _is_held(session, named, dependencies):
        if not details.get(_WAS_HELD):
            add_to_details(session, request_id, {_WAS_HELD: True}, dependencies)
        return False
    if request.kind == Kind.LEGAL_DEMAND and not details.get(_WAS_HELD):
        return False
    if request.kind == Kind.LEGAL_DEMAND and not request.is_closed:
        add_to_details(session, request_id, {"named": ""}, dependencies)
    else:
        desk_details.delete_detail(session, request_id)
    return True


def _ended_with_nothing(request: NamingRequest) -> bool:
    nothing_given = not request.given or list(request.given) == [NOTHING]
    return request.is_closed and nothing_given


def _is_held(session: Session, named: str, dependencies: Dependencies) -> bool:
    if len(named) == CARD_SYMBOLS:
        return desk_referral.is_code_held(session, dependencies.code_mac(named))
    return desk_referral.is_reference_held(session, show(named))
