"""The person's page, behind the card: one field, five answers and taking consent back; the same calm page after each.

Why: rules 7 and 14. Promises: no account, no script needed; a code with a wrong check character is refused in words,
computed from the input alone; every well-formed code gets the same answer at once, and the worker does the rest. The
code never stands in an address: a QR code carries it in the fragment, which a small script moves into the field. Every
form is answered with a redirect, so that the back button never asks to send a code again: a mistyped one comes back
once, in a sealed cookie. When not to use it: for staff, who have buttons of their own.
"""

from datetime import timedelta

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.voices import COUNTED, TO_THE_TEAM, Voice
from referral_service.outside.codes import BadCode, card_code
from referral_service.store.cards.card_requests import WITHDRAWAL
from referral_service.use_cases.cards.queue_card_request import queue_card_request
from referral_service.use_cases.dependencies import Dependencies
from service_kit.web.access.require import maybe_principal, public
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.sealed_cookie import SealedCookie
from setu.roles import CASE_WORKER

LONGEST = 64  # characters of a typed code, spaces and hyphens included
MISTYPED = SealedCookie("code", "mistyped-code", timedelta(minutes=1), until_closed=True)
blueprint = Blueprint("withdraw", __name__, url_prefix="/withdraw")


@blueprint.get("")
@public
def ask() -> ResponseReturnValue:
    """The one field and the answers; right after a code that cannot be one, with that code and what to do about it."""
    mistyped = MISTYPED.read()
    if mistyped is None:
        return _page()
    page = _page(mistyped["typed"], answered=mistyped["answered"])
    page.headers["Cache-Control"] = "no-store"  # the code is nearly a right one
    return MISTYPED.delete_from(page)


@blueprint.post("")
@public
def withdraw() -> ResponseReturnValue:
    """The same answer for every well-formed code."""
    return _queue(WITHDRAWAL, "withdraw.done")


@blueprint.post("/say")
@public
def say() -> ResponseReturnValue:
    """The same answer for every well-formed code and each of the five; Enter in the field chooses none of them."""
    said = request.form.get("said", "")
    if said not in set(Voice):
        return _return_to_field(answered=False)
    return _queue(said, "withdraw.heard")


def _queue(asked: str, calm_page: str) -> ResponseReturnValue:
    resources = context()
    try:
        with resources.db.transaction() as session:
            queue_card_request(
                session, _typed(), asked, dependencies=dependency(Dependencies), now=resources.clock.now()
            )
    except BadCode:
        return _return_to_field(answered=True)
    return see_other(url_for(calm_page))


def _typed() -> str:
    return request.form.get("code", "")[:LONGEST]


def _return_to_field(*, answered: bool) -> Response:
    """Back to the field; the page says what is wrong in the language in which it is then read."""
    return MISTYPED.set_on(see_other(url_for("withdraw.ask")), {"typed": _typed(), "answered": answered})


def _page(typed: str | None = None, *, answered: bool = True) -> Response:
    who = maybe_principal()
    errors = {} if typed is None else _errors(typed) if answered else {"said": _("Press one of the answers.")}
    return render(
        "referral/withdraw.html",
        errors=errors,
        typed=typed or "",
        to_the_team=TO_THE_TEAM,
        counted=list(COUNTED),
        at_a_service=who is None or who.role == CASE_WORKER,
        signed_in=who is not None,
    )


def _errors(typed: str) -> dict[str, str]:
    try:
        card_code(typed)
    except BadCode as bad:
        return {"code": code_words(bad)}
    return {}


def code_words(bad: BadCode) -> str:
    """What to do about a code that cannot be one, from the input alone."""
    if bad.reason == "length":
        return _("The code has 14 letters and numbers, on the card in groups of four.")
    if bad.reason == "symbol":
        return _("The code never has 0, O, 1, I, 5, S, 8 or B. Compare it with the card.")
    return _("One letter or number is wrong, or two have changed places. Compare it with the card.")


@blueprint.get("/done")
@public
def done() -> ResponseReturnValue:
    """The calm answer after taking consent back."""
    return render("referral/withdrawn.html")


@blueprint.get("/heard")
@public
def heard() -> ResponseReturnValue:
    """The calm answer after any of the five."""
    return render("referral/heard.html")
