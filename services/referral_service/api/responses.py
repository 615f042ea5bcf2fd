"""Response helpers of the referral routes: a transaction in the caller's scope, an answer with its ETag."""

from contextlib import AbstractContextManager
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from referral_service.api.referral_schemas import (
    sent_shape,
    task_shape,
)
from referral_service.domain.wall import SentReferral, TaskView
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified, set_etag


def transaction() -> AbstractContextManager[Session]:
    """A transaction on behalf of who is signed in."""
    return context().db.transaction(principal().scope)


def referral_answer(found: SentReferral | TaskView, *, status: int = 200, **more: Any) -> Response:
    """The referral as its reader may know it, with its ETag."""
    role = principal().role
    shape = sent_shape(found, role) if isinstance(found, SentReferral) else task_shape(found, role)
    response = jsonify(shape | more)
    response.status_code = status
    return set_etag(response, found.version)


def referral_or_304(found: SentReferral | TaskView) -> Response:
    """For GET: 304 where the client holds this version."""
    return not_modified(found.version) if if_none_match(found.version) else referral_answer(found)
