"""The officer's form: five short steps, each a plain page that works without JavaScript.

Why one module for all steps: each is shown, read and answered alike; what differs lies in the step's own module.
Promises: nothing on the server before sending, nothing in a URL, nothing typed is lost by an error (docs/adr/0010).
"""

from types import ModuleType

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from referral_service.domain.form_state import FormState, many, one
from referral_service.pages.new_referral import (
    about_person,
    consent,
    form_cookie,
    leaving,
    place,
    review,
    submit_step,
)
from referral_service.pages.new_referral import receipt as receipts
from referral_service.pages.new_referral import who as who_step
from referral_service.pages.new_referral.done import led_here
from referral_service.pages.new_referral.form_input import Read
from referral_service.pages.new_referral.receipt import Receipt
from referral_service.use_cases.count_unmet_need import count_unmet_need
from service_kit.errors import FieldError, NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render

blueprint = Blueprint("new", __name__, url_prefix="/new")
STEPS: dict[str, ModuleType] = {
    "place": place,
    "who": who_step,
    "consent": consent,
    "person": about_person,
    "review": review,
}
_NAMES_WHO_IS_ASKED = frozenset({"consent", "review"})
REFERRERS = ("officer", "custody_health")


@blueprint.get("")
@require(*REFERRERS)
def begin() -> ResponseReturnValue:
    """Starts an empty form; where one is under way, asks what shall become of it."""
    state = form_cookie.open_for(principal())
    if state is None or not state.steps:
        return _begin_anew()
    if not state.done:
        return _to("place")
    return render("referral/new/under_way.html", next_step=state.next_step(), place=state.values("place"))


@blueprint.post("/anew")
@require(*REFERRERS)
def begin_anew() -> ResponseReturnValue:
    """Throws away what is under way, and starts an empty form."""
    return _begin_anew()


@blueprint.get("/<step>")
@require(*REFERRERS)
def show(step: str) -> ResponseReturnValue:
    """Shows a step with what was answered; one that is not due yet leads to the first that is."""
    module = _module(step)
    who = principal()
    state = form_cookie.open_for(who)
    if state is None:
        return _begin_anew()
    if step in _NAMES_WHO_IS_ASKED:
        state = _settled(who, state)
    if not state.may_show(step):
        return form_cookie.keep(_to(state.next_step()), state, who)
    return form_cookie.keep(module.show(who, state, state.values(step), _errors(step, who, state)), state, who)


@blueprint.post("/<step>")
@require(*REFERRERS)
def answer(step: str) -> ResponseReturnValue:
    """Reads a step and leads on (303): to the next one, back, or to the same one where something needs a change.

    An error, too, is answered with a redirect: so the back button never asks to send a form again. Every way out of
    the form (`go`) keeps what was typed.
    """
    module = _module(step)
    who = principal()
    state = form_cookie.open_for(who)
    if state is None:
        return render("referral/new/put_away.html", status=410, card_at_hand=receipts.open_for(who) is not None)
    if not state.may_show(step):
        return _to(state.next_step())
    read: Read = module.read(request.form, who, state)
    if request.form.get("go"):
        left = state.typed(step, read.answers) if read.answers else state
        return form_cookie.keep(leaving.way_out(step, request.form["go"]), left, who)
    if read.errors:
        return form_cookie.keep(_to(step), state.mistaken(step, read.answers), who)
    return _onward(step, state.answered(step, read.answers))


@blueprint.post("/unmet")
@require(*REFERRERS)
def count_unmet() -> ResponseReturnValue:
    """Nobody in the district takes this on: the needs are counted, and the form ends."""
    who = principal()
    state = form_cookie.open_for(who)
    if state is None or not state.may_show("who"):
        return begin()
    if who_step.matches(who, state):
        return _to("who")
    asked, place_said = who_step.wanted(state), state.values("place")
    with context().db.transaction(who.scope) as session:
        count_unmet_need(session, many(place_said, "needs"), asked.district, asked.setting, now=context().clock.now())
    return form_cookie.drop(led_here(Receipt("unmet", asked.district, ""), who))


@blueprint.get("/throw-away")
@require(*REFERRERS)
def ask_to_throw_away() -> ResponseReturnValue:
    """Asks once more."""
    state = form_cookie.open_for(principal())
    return (
        render("referral/new/throw_away.html", next_step=state.next_step())
        if state
        else redirect(url_for("home.home"), 303)
    )


@blueprint.post("/throw-away")
@require(*REFERRERS)
def throw_away() -> ResponseReturnValue:
    """Forgets the form at once."""
    return form_cookie.drop(redirect(url_for("home.home"), 303))  # type: ignore[arg-type]


def _begin_anew() -> Response:
    return form_cookie.keep(_to("place"), form_cookie.begin(), principal())


def _onward(step: str, state: FormState) -> ResponseReturnValue:
    """The next page, or the sending of what is ready to be sent."""
    who = principal()
    ends_here = step == "consent" and one(state.values("consent"), "answer") != "yes"
    settled = state if ends_here else _settled(who, state)
    if not ends_here and (step != "review" or not settled.may_show("review")):
        return form_cookie.keep(_to(settled.next_step()), settled, who)
    outcome = submit_step.send(who, settled)
    if isinstance(outcome, Response):
        return form_cookie.drop(outcome)
    return form_cookie.keep(_to(outcome.step), settled.turned_down(outcome.step, outcome.fields), who)


def _settled(who: Principal, state: FormState) -> FormState:
    """The choice opens again where nobody who was picked can take this (any more)."""
    if "place" not in state.done or not state.values("who"):
        return state
    return state.settled(fits=bool(who_step.fitting(who, state)))


def _errors(step: str, who: Principal, state: FormState) -> list[FieldError]:
    """What needs a change on this step, judged anew so that it is said in the reader's language."""
    if step in state.wrong:
        read: Read = STEPS[step].read(MultiDict(state.values(step)), who, state)
        return read.errors
    return (
        [FieldError(field, submit_step.words_for(field)) for field in state.refused] if step not in state.done else []
    )


def _module(step: str) -> ModuleType:
    if step not in STEPS:
        raise NotFound
    return STEPS[step]


def _to(step: str) -> Response:
    return redirect(url_for("new.show", step=step), 303)  # type: ignore[return-value]
