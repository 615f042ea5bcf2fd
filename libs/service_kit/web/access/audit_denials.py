"""Audit of denials: each denial to somebody signed in, and each 404 on an object's path, is a line in the log.

One place for all services: the answer is given already, so the line is written in a transaction of its own. Only ids
that are UUIDs are noted; anything else in the address may be what somebody typed. A failure to note is logged and does
not change the answer.
"""

import logging
from uuid import UUID

from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from service_kit.db import audit
from service_kit.identity import Principal
from service_kit.logs import place_of
from service_kit.web.context import context

_log = logging.getLogger(__name__)


def note(response: Response) -> Response:
    """After-request hook; returns the response as it is."""
    who = g.get("setu_who")
    if isinstance(who, Principal) and _is_denial(response.status_code):
        try:
            _record(who, response.status_code)
        except SQLAlchemyError as error:
            _log.error("denial not noted: %s", place_of(error))
    return response


def _is_denial(status: int) -> bool:
    return status == 403 or (status == 404 and bool(request.view_args))


def _record(who: Principal, status: int) -> None:
    ids = [str(value) for value in (request.view_args or {}).values() if isinstance(value, UUID)]
    with context().db.transaction(who.scope) as session:
        action = "access.denied" if status == 403 else "access.not_found"
        about, detail = (request.endpoint or "", ",".join(ids)), {"method": request.method, "role": who.role}
        audit.record(session, action, about, who, context().clock.now(), outcome=str(status), detail=detail)
