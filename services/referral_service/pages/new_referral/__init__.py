"""The officer's form: five short steps, each a plain page that works without JavaScript.

Why one module for all steps: each is shown, read and answered alike; what differs lies in the step's own module.
Promises: nothing on the server before sending, nothing in a URL, nothing typed is lost by an error (docs/adr/0010).
"""

from types import ModuleType

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from referral_service.domain.form_state import FormState, many, one
from referral_service.pages.new_referral import about_person, carrying, consent, place, review, sending
from referral_service.pages.new_referral import who as who_step
from referral_service.pages.new_referral.reading import Read
from referral_service.use_cases.count_unmet_need import count_unmet_need
from service_kit.web import problems
from service_kit.web.auth import Principal, principal, require
from service_kit.web.context import context
from service_kit.web.pages import render
from service_kit.web.problems import FieldError

blueprint = Blueprint("new", __name__, url_prefix="/new")
STEPS: dict[str, ModuleType] = {
    "place": place,
    "who": who_step,
    "consent": consent,
    "person": about_person,
    "review": review,
}
_BEFORE = {"who": "place", "consent": "who", "person": "consent", "review": "person"}
REFERRERS = ("officer", "custody_health")


@blueprint.get("")
@require(*REFERRERS)
def begin() -> ResponseReturnValue:
    """Starts an empty form."""
    return carrying.keep(_to("place"), carrying.begin(), principal())


@blueprint.get("/<step>")
@require(*REFERRERS)
def show(step: str) -> ResponseReturnValue:
    """Shows a step with what was answered; one that is not due yet leads to the first that is."""
    module = _module(step)
    who = principal()
    state = carrying.open_for(who)
    if state is None:
        return begin()
    if not state.may_show(step):
        return _to(state.next_step())
    return carrying.keep(module.show(who, state, state.values(step), _errors(step, who, state)), state, who)


@blueprint.post("/<step>")
@require(*REFERRERS)
def answer(step: str) -> ResponseReturnValue:
    """Reads a step and leads on (303): to the next one, back, or to the same one where something needs a change.

    An error, too, is answered with a redirect: so the back button never asks to send a form again, and the language
    can be switched on a page with errors.
    """
    module = _module(step)
    who = principal()
    state = carrying.open_for(who)
    if state is None:
        return render("referral/new/put_away.html", status=410)
    if not state.may_show(step):
        return _to(state.next_step())
    read: Read = module.read(request.form, who, state)
    if request.form.get("go") == "back":
        return carrying.keep(_to(_BEFORE.get(step, "place")), state.typed(step, read.answers), who)
    if read.errors:
        return carrying.keep(_to(step), state.mistaken(step, read.answers), who)
    return _onward(step, state.answered(step, read.answers))


@blueprint.post("/unmet")
@require(*REFERRERS)
def count_unmet() -> ResponseReturnValue:
    """Nobody in the district takes this on: the needs are counted, and the form ends."""
    who = principal()
    state = carrying.open_for(who)
    if state is None or not state.may_show("who"):
        return begin()
    if who_step.matches(who, state):
        return _to("who")
    asked, place_said = who_step.wanted(state), state.values("place")
    with context().db.transaction(who.scope) as session:
        count_unmet_need(session, many(place_said, "needs"), asked.district, asked.setting, now=context().clock.now())
    return carrying.drop(render("referral/new/thanks.html", answer="unmet", services=[]))


@blueprint.post("/throw-away")
@require(*REFERRERS)
def throw_away() -> ResponseReturnValue:
    """Forgets the form at once."""
    return carrying.drop(redirect(url_for("home.home"), 303))  # type: ignore[arg-type]


def _onward(step: str, state: FormState) -> ResponseReturnValue:
    """The next page, or the sending of what is ready to be sent."""
    who = principal()
    ends_here = step == "consent" and one(state.values("consent"), "answer") != "yes"
    if step != "review" and not ends_here:
        return carrying.keep(_to(state.next_step()), state, who)
    outcome = sending.send(who, state)
    if isinstance(outcome, Response):
        return carrying.drop(outcome)
    return carrying.keep(_to(outcome.step), state.turned_down(outcome.step, outcome.fields), who)


def _errors(step: str, who: Principal, state: FormState) -> list[FieldError]:
    """What needs a change on this step, judged anew so that it is said in the reader's language."""
    if step in state.wrong:
        read: Read = STEPS[step].read(MultiDict(state.values(step)), who, state)
        return read.errors
    return [FieldError(field, sending.words_for(field)) for field in state.refused] if step not in state.done else []


def _module(step: str) -> ModuleType:
    if step not in STEPS:
        raise problems.not_found()
    return STEPS[step]


def _to(step: str) -> Response:
    return redirect(url_for("new.show", step=step), 303)  # type: ignore[return-value]
