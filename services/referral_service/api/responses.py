"""Response helpers of the referral routes: a transaction in the caller's scope, an answer with its ETag."""

from contextlib import AbstractContextManager
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from referral_service.api.referral_schemas import shape_of
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.task_view import TaskView
from referral_service.domain.team_referral import TeamReferral
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified, set_etag


def transaction() -> AbstractContextManager[Session]:
    """A transaction on behalf of who is signed in."""
    return context().db.transaction(principal().scope)


def referral_answer(found: SentReferral | TaskView | TeamReferral, *, status: int = 200, **more: Any) -> Response:
    """The referral as its reader may know it, with its ETag."""
    response = jsonify(shape_of(found, principal().role) | more)
    response.status_code = status
    return set_etag(response, found.version)


def referral_or_304(found: SentReferral | TaskView | TeamReferral) -> Response:
    """For GET: 304 where the client holds this version."""
    return not_modified(found.version) if if_none_match(found.version) else referral_answer(found)
