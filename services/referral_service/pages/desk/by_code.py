"""Consent taken back by phone, and erasure: the caller reads the code on the card.

Promises: what the officer reads out is one sentence (`say_queued.html`), in three languages, whatever the code leads
to; a code that cannot be one is refused in words from the input alone, and a reference proves nothing. When not to use
it: for the certificate of an erasure (`erasure_certificate.py`).
"""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.desk.desk_request import Kind
from referral_service.outside.codes import CARD_SYMBOLS, BadCode, normalise
from referral_service.pages.form_keys import form_key, made_before
from referral_service.pages.withdraw import LONGEST, code_words
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.request_by_code import request_by_code
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.roles import DATA_OFFICER

blueprint = Blueprint("desk_by_code", __name__, url_prefix="/desk")


@blueprint.get("/withdrawal")
@require(DATA_OFFICER)
def ask_withdrawal() -> ResponseReturnValue:
    """The one field, and what to say on the phone."""
    return _page(Kind.WITHDRAWAL)


@blueprint.post("/withdrawal")
@require(DATA_OFFICER)
def withdraw() -> ResponseReturnValue:
    """The same for every well-formed code."""
    return _queue(Kind.WITHDRAWAL)


@blueprint.get("/erasure")
@require(DATA_OFFICER)
def ask_erasure() -> ResponseReturnValue:
    """The one field."""
    return _page(Kind.ERASURE)


@blueprint.post("/erasure")
@require(DATA_OFFICER)
def erase() -> ResponseReturnValue:
    """The same for every well-formed code."""
    return _queue(Kind.ERASURE)


def _queue(kind: Kind) -> ResponseReturnValue:
    who, typed = principal(), request.form.get("code", "")[:LONGEST]
    new_id, made, now = context().ids.uuid(), dependency(Dependencies), context().clock.now()
    try:
        with context().db.transaction(who.scope) as session:
            shown = made_before(session, who, new_id, now)
            if shown is None:
                request_by_code(session, who, kind, typed, request_id=new_id, dependencies=made, now=now)
    except BadCode as bad:
        return _page(kind, typed, _what_is_wrong(typed, bad))
    return see_other(url_for("desk.show", request_id=shown or new_id, said="queued"))


def _what_is_wrong(typed: str, bad: BadCode) -> str:
    try:
        is_reference = len(normalise(typed)) != CARD_SYMBOLS
    except BadCode:
        is_reference = False
    if is_reference:
        return _("This is a reference, and proves nothing. Ask for the code on the card.")
    return code_words(bad)


def _page(kind: Kind, typed: str = "", wrong: str = "") -> Response:
    return render(
        "referral/desk/by_code.html",
        status=422 if wrong else 200,
        kind=kind,
        typed=typed,
        form_key=form_key(request.form),
        errors={"code": wrong} if wrong else {},
    )
