"""The officer's form: five short steps, each a plain page that works without JavaScript.

Why one module for all steps: each is shown, read and answered alike; what differs lies in the step's own module.
Promises: nothing on the server before sending, in a URL nothing but which form it is (`form_address.py`), nothing typed
is lost by an error (docs/adr/0010), but for what is typed on a page of another form: it is refused and not kept.
"""

from dataclasses import replace
from types import ModuleType
from typing import cast

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from referral_service.domain.form_state import FormState
from referral_service.domain.standing import begins_nothing
from referral_service.pages.new_referral import about_person, consent, place, review, submit_step, way_out
from referral_service.pages.new_referral import who as who_step
from referral_service.pages.new_referral.form_address import (
    carry_to_step,
    mark_page,
    minutes_left_here,
    page_mark_sent,
    redirect_to_step,
    render_other_form,
    require_kept_form,
)
from referral_service.pages.new_referral.form_cookie import (
    carried_form,
    carry_form,
    drop_form,
    empty_form,
)
from referral_service.pages.new_referral.form_input import StepAnswers
from referral_service.pages.new_referral.missing_help import INSTEAD_OF_A_CHOICE, count_missing_help
from referral_service.pages.new_referral.open_form import OpenForm, read_form
from referral_service.use_cases.claim_key_without_record import NOTHING_MADE
from service_kit.errors import FieldError, NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from service_kit.web.login_redirects import kept_for
from setu.roles import REFERRERS

blueprint = Blueprint("new", __name__, url_prefix="/new")
STEPS: dict[str, ModuleType] = {
    "place": place,
    "who": who_step,
    "consent": consent,
    "person": about_person,
    "review": review,
}
_NAMES_WHO_IS_ASKED = frozenset({"consent", "review"})
_PAGES_OF_LAST_RELEASE = frozenset({*STEPS, "unmet", "for-a-child", "throw-away", "anew"})
"""What stood behind `/new/` in the release before addresses said of which form they are."""


@blueprint.get("")
@require(*REFERRERS)
def begin() -> ResponseReturnValue:
    """Starts an empty form; where one is under way, asks what shall become of it."""
    state = carried_form(principal())
    if state is None or not state.steps:
        return _begin_anew()
    return render("referral/new/under_way.html", state=state)


@blueprint.get("/<form_id>/<step>")
@require(*REFERRERS)
@require_kept_form
def show(opened: FormState, step: str) -> ResponseReturnValue:
    """Shows a step with what was answered; one that is not due yet leads to the first that is."""
    module = _module(step)
    who = principal()
    with context().db.transaction(who.scope) as session:
        if (made := submit_step.made_of(session, opened, who)) is not None:
            # a copy of the cookie would give back what was sent, and rule 5 forbids it
            return submit_step.answer_sent_form(opened, who, made)
        form = read_form(session, who, opened, step)
        now = context().clock.now()
        if step == "who" and opened.may_show(step) and form.finds_nobody(now):
            form = count_missing_help(session, form, now)
    if form.unit is not None and begins_nothing(form.unit.status):
        return render("referral/new/suspended.html", status=409)
    if step in _NAMES_WHO_IS_ASKED:
        form = form.settled()
    state = form.state
    if not state.may_show(step):
        return carry_to_step(state, state.next_step(), who)
    form = replace(form, page_mark=mark_page(state))
    return carry_form(module.show(form, state.values(step), _errors(step, form)), state, who)


@blueprint.post("/<form_id>/<step>")
@require(*REFERRERS)
@kept_for(minutes_left_here)
@require_kept_form
def answer(state: FormState, step: str) -> ResponseReturnValue:
    """Reads a step and leads on (303): to the next one, back, or to the same one where something needs a change.

    An error, too, is answered with a redirect: so the back button never asks to send a form again. Every way out of
    the form (`go`) keeps what was typed.
    """
    module = _module(step)
    who = principal()
    with context().db.transaction(who.scope) as session:
        made = submit_step.made_of(session, state, who)
    if made is not None and made != NOTHING_MADE:
        if step == "review" and not request.form.get("go"):
            return submit_step.send_again(state, who, made)
        return submit_step.answer_sent_form(state, who, made)
    return _take_answer(module, step, state.taken_from(page_mark_sent()), who)


def _take_answer(module: ModuleType, step: str, state: FormState, who: Principal) -> ResponseReturnValue:
    if not state.may_show(step):
        return redirect_to_step(state, state.next_step())
    if instead := INSTEAD_OF_A_CHOICE.get(request.form.get("instead", "")) if step == "who" else None:
        return instead(state, who)
    with context().db.transaction(who.scope) as session:
        form = read_form(session, who, state, step)
    read: StepAnswers = module.read(request.form, form)
    if request.form.get("go"):
        left = state.typed(step, read.answers) if read.answers else state
        return carry_form(way_out.way_out(left, step, request.form["go"]), left, who)
    if read.errors:
        return carry_to_step(state.mistaken(step, read.answers), step, who)
    return _onward(step, replace(form, state=state.answered(step, read.answers)))


@blueprint.get("/<form_id>/anew")
@require(*REFERRERS)
@require_kept_form
def ask_to_begin_anew(state: FormState) -> ResponseReturnValue:
    """Asks once more, before a form that is under way is thrown away for another person."""
    return render("referral/new/throw_away.html", state=state, page_mark=mark_page(state), anew=True)


@blueprint.post("/<form_id>/anew")
@require(*REFERRERS)
@kept_for(minutes_left_here)
@require_kept_form
def begin_anew(_thrown_away: FormState) -> ResponseReturnValue:
    """Throws away what is under way, and starts an empty form."""
    return _begin_anew()


@blueprint.get("/<form_id>/throw-away")
@require(*REFERRERS)
@require_kept_form
def ask_to_throw_away(state: FormState) -> ResponseReturnValue:
    """Asks once more."""
    return render("referral/new/throw_away.html", state=state, page_mark=mark_page(state))


@blueprint.post("/<form_id>/throw-away")
@require(*REFERRERS)
@kept_for(minutes_left_here)
@require_kept_form
def throw_away(_thrown_away: FormState) -> ResponseReturnValue:
    """Forgets the form at once."""
    return drop_form(cast("Response", redirect(url_for("home.home"), 303)))


@blueprint.route("/<step>", methods=["GET", "POST"])
@require(*REFERRERS)
@kept_for(lambda: 0)
def refuse_page_of_last_release(step: str) -> ResponseReturnValue:
    """A page that was opened before an upgrade does not say of which form it is, may be of any, and changes nothing."""
    if step not in _PAGES_OF_LAST_RELEASE:
        raise NotFound
    who = principal()
    if request.method == "POST":
        return render_other_form(who, carried_form(who))
    return redirect(url_for("new.begin"), 303)


def _begin_anew() -> Response:
    state = empty_form()
    return carry_to_step(state, "place", principal())


def _onward(step: str, form: OpenForm) -> ResponseReturnValue:
    """The next page, or the sending of what is ready to be sent: after the review, or at once without a yes."""
    if step != "consent" or form.state.said_yes:
        form = form.settled()
        if step != "review" or not form.state.may_show("review"):
            return carry_to_step(form.state, form.state.next_step(), form.who)
    return submit_step.send(form)


def _errors(step: str, form: OpenForm) -> list[FieldError]:
    """What needs a change on this step, judged anew so that it is said in the reader's language."""
    state = form.state
    if step in state.wrong:
        read: StepAnswers = STEPS[step].read(MultiDict(state.values(step)), form)
        return read.errors
    return (
        [FieldError(field, submit_step.words_for(field)) for field in state.refused] if step not in state.done else []
    )


def _module(step: str) -> ModuleType:
    if step not in STEPS:
        raise NotFound
    return STEPS[step]
