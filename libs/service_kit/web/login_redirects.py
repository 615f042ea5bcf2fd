"""Redirects to the sign-in page for somebody who is not signed in any more. JSON gets the 401 problem.

A read is led to the site's sign-in and back. A form that was sent is not lost: its answers come back in a page
that sends them again once the same person has signed in in another window; sealed for that account, since somebody else
may sign in there (`kept_answers.py`), and only what one of our own pages sent, or any site could have its answers sent
in a person's name. Where nobody knows whose session it was, nothing is kept. Nothing personal stands in the address.
Where the answers go on with others that lie in the browser (`@kept_for`), the page says for how long, and promises
nothing once they are gone. What is never kept (passwords, codes) and what no page can hold (files) is asked for again,
and the page says so.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

from service_kit.web import problems, uploads
from service_kit.web.access.idle_lock import POLL_HEADER
from service_kit.web.access.origins import SAFE_METHODS, check_change
from service_kit.web.access.require import access_of, maybe_principal
from service_kit.web.access.session_cookie import end_session_cookie, has_cookie
from service_kit.web.access.sessions import Absence, last_owner
from service_kit.web.form_owner import is_of_another, take_mark_off
from service_kit.web.html.render import render
from service_kit.web.html.sent_form import FORM
from service_kit.web.kept_answers import FIELD, KeptAnswers, NotKept, keep_answers, restore_answers
from service_kit.web.parsing import LARGEST_BODY, is_api
from service_kit.web.site import NEUTRAL_PAGE, frame_url, here

View = TypeVar("View", bound=Callable[..., Any])
_KEPT_FOR = "__setu_kept_for__"
_WHY = {
    Absence.IDLE: "idle",
    Absence.ROLE_ENDED: "role-ended",
    Absence.INVALID: "unknown",
    Absence.EARLY: "early",
    Absence.ENDED: "ended",
    Absence.OVER: "over",
}
"""Why somebody who was signed in is asked again, as the sign-in page's parameter `why`."""


def kept_for(minutes_left: Callable[[], int]) -> Callable[[View], View]:
    """Mark a view whose form goes on with what the browser keeps for so many more minutes; 0: nothing is left."""

    def mark(view: View) -> View:
        setattr(view, _KEPT_FOR, minutes_left)
        return view

    return mark


def send_to_sign_in(absence: Absence = Absence.NONE) -> ResponseReturnValue:
    """Answer a request that needs somebody signed in: 401 for JSON and polls, else the way to sign in (303)."""
    return _send_to("sign in", "sign-in-required", absence)


def send_to_second_factor() -> ResponseReturnValue:
    """Answer a request whose second factor is older than 30 minutes."""
    return _send_to("second factor", "second-factor-stale")


def _send_to(name: str, slug: str, absence: Absence = Absence.NONE) -> ResponseReturnValue:
    if is_api() or POLL_HEADER in request.headers:
        raise problems.not_valid_yet() if absence is Absence.EARLY else problems.unauthenticated(slug)
    if request.method in SAFE_METHODS:
        why = {"why": _WHY[absence]} if absence in _WHY else {}
        return redirect(f"{frame_url(name)}?{urlencode({'next': here(), **why})}", 303)
    check_change(request, current_app.extensions["setu_origins"], has_cookie=has_cookie())
    reason = _WHY.get(absence, "second-factor" if slug == "second-factor-stale" else "")
    return _page_that_sends_again(name, reason, 401)


def give_back_answers() -> ResponseReturnValue | None:
    """Before-request hook, after 401 and 403: a form that brings kept answers counts as the form that was kept.

    Another account's, or another role's, is not touched (409): its owner can still send it.
    """
    if request.method in SAFE_METHODS or request.mimetype != FORM or is_api():
        return None
    if (request.content_length or 0) > LARGEST_BODY or FIELD not in request.form:
        return None
    if restore_answers(maybe_principal()):
        return None
    why = "other-owner" if isinstance(keep_answers(None), KeptAnswers) else "too-late"
    return _page_that_sends_again("sign in", why, 409)


def refuse_form_of_another() -> ResponseReturnValue | None:
    """Before-request hook, after `check_body`: what stood on somebody else's page is sent by nobody else (409).

    On a public route it does not matter who sends it.
    """
    if request.endpoint is None or request.method in SAFE_METHODS or is_api() or uploads.was_cut():
        return None
    access = access_of(current_app, request.endpoint, request.method)
    if access is not None and not access.is_public and is_of_another(maybe_principal()):
        return _page_that_sends_again("sign in", "other-owner", 409)
    take_mark_off()
    return None


def _page_that_sends_again(name: str, why: str, status: int) -> Response:
    """`name`: the frame's page where one signs in, or shows the second factor."""
    minutes_left = getattr(current_app.view_functions[request.endpoint or ""], _KEPT_FOR, None)
    kept_minutes = minutes_left() if minutes_left else None
    answers = keep_answers(last_owner())
    kept = answers if isinstance(answers, KeptAnswers) else None
    return render(
        "kit/session_ended.html",
        status=status,
        sign_in_url=frame_url(name),
        sign_in_page=name,
        field=FIELD,
        kept=kept,
        not_kept=answers.value if isinstance(answers, NotKept) else "",
        why=why,
        form_is_gone=kept_minutes == 0,
        minutes=min(kept_minutes or kept.minutes_left, kept.minutes_left) if kept else 0,
    )


def leave_response() -> Response:
    """End the session in this browser and go to a neutral page.

    A `Refresh` header, not a redirect: browsers hold redirects after a form to `form-action`, which names our own
    origins only. The neutral page learns nothing of where the person came from.
    """
    response = end_session_cookie(Response("", 200, {"Refresh": f"0; url={NEUTRAL_PAGE}"}, mimetype="text/html"))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
