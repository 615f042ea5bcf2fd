"""Before-request hook that enforces the access decorators, before anything else of the request is looked at.

The order is fixed: 401, then 403, of somebody whose organisation waits, too, then the rest, a second factor among it;
a page answers a missing session with a way to sign in, JSON with a problem. After it come what was sent (413, 415, 400,
422: `parsing.py`), 404 where the view finds nothing, 428 and 412 (`etag.py`), and 409 by the service's own rules.
"""

from flask import current_app, request
from flask.typing import ResponseReturnValue

from service_kit.errors import Forbidden
from service_kit.identity import KEY_ROLE
from service_kit.web import problems
from service_kit.web.access.fresh_second_factor import has_fresh_second_factor
from service_kit.web.access.origins import SAFE_METHODS, check_change
from service_kit.web.access.require import Access, access_of
from service_kit.web.access.session_cookie import has_cookie
from service_kit.web.access.sessions import Absence, accept_cookie_token, is_bearer, is_vouched_for, whoever
from service_kit.web.cors import is_open
from service_kit.web.login_redirects import send_to_second_factor, send_to_sign_in


def check_access() -> ResponseReturnValue | None:
    """Before-request hook: 401, 403, in that order; None lets the request through."""
    endpoint, method = request.endpoint, request.method
    if endpoint is None:
        return None
    access = access_of(current_app, endpoint, method)
    if access is None:
        raise problems.for_status(405)
    if access.accepts_cookie_token:
        accept_cookie_token()
    if not access.is_public:
        refused = check_person(access, endpoint)
        if refused is not None:
            return refused
    if method not in SAFE_METHODS and not is_bearer() and not is_open(current_app, endpoint):
        check_change(request, current_app.extensions["setu_origins"], has_cookie=has_cookie())
    return None


def check_person(access: Access, endpoint: str) -> ResponseReturnValue | None:
    """401, 403 and 503 of one route, for whoever asks; None lets them through."""
    who = whoever()
    if isinstance(who, Absence):
        return send_to_sign_in(who)
    is_program = who.role == KEY_ROLE
    if (access.roles and who.role not in access.roles) or (is_program and not access.key_scope):
        raise Forbidden
    if is_program and access.key_scope not in who.key_scopes:
        raise problems.insufficient_scope(access.key_scope)
    if who.is_pending and not _is_open_while_pending(endpoint):
        raise problems.organization_pending()
    if access.fresh_second_factor and not has_fresh_second_factor(who):
        return send_to_second_factor()
    if access.vouched_for and not is_vouched_for():
        raise problems.not_vouched_for()
    return None


def _is_open_while_pending(endpoint: str) -> bool:
    """Whether somebody whose organisation waits may use it: by its blueprint, or by its own name where it has none."""
    blueprint = endpoint.rpartition(".")[0]
    return (blueprint or endpoint) in current_app.extensions["setu_open_while_pending"]
