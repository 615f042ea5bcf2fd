"""Step 2: who can help. The best three with a reason each, the rest behind "more", or any of up to five named ones.

What was picked is shown as long as no other is: where it does not fit (any more), the page says why.
"""

from flask import Response
from werkzeug.datastructures import MultiDict

from referral_service.domain.candidates import MOST_CANDIDATES, candidates
from referral_service.domain.child_path import UNDER_18
from referral_service.domain.form_state import Answers
from referral_service.domain.matching.eligibility import unmet
from referral_service.domain.matching.ranking import BEST
from referral_service.pages.new_referral.form_input import StepAnswers, take
from referral_service.pages.new_referral.open_form import OpenForm
from referral_service.pages.words import say
from service_kit.errors import FieldError
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render

SINGLES = ("service",)
LISTS = ("candidates",)


def read(posted: MultiDict[str, str], form: OpenForm) -> StepAnswers:
    """One service, or the candidates that the page named; each must still fit."""
    answers = take(posted, SINGLES, LISTS)
    fitting = {str(match.service.id) for match in form.matches(context().clock.now())}
    chosen = [answers.text("service")] if answers.text("service") else answers.several("candidates")
    if not chosen:
        answers.refuse("service", _("Choose who shall be asked."))
    elif len(chosen) > MOST_CANDIDATES or not fitting.issuperset(chosen):
        answers.refuse("service", _("This choice is not open any more. Choose again from the list."))
    if answers.text("service"):
        answers.answers.pop("candidates", None)
    return answers


def show(form: OpenForm, answers: Answers, errors: list[FieldError]) -> Response:
    """The page of this step, with the services as they stand at this moment."""
    now = context().clock.now()
    state, found, asked = form.state, form.matches(now), form.wanted
    struck = [pick for pick in form.picks() if pick.obstacles]
    if struck and "who" not in state.done:
        errors = errors or [FieldError("service", _("What was chosen before does not fit now. Choose again."))]
    return render(
        "referral/new/who.html",
        values=answers,
        errors=form_errors(errors),
        best=found[:BEST],
        more=found[BEST:],
        any_of=candidates(found, asked),
        struck=struck,
        misfits=form.misfits(),
        under_18=asked.child_path,
        is_grown_up=asked.age_band not in {None, UNDER_18},
        child_need_helps=form.child_need_helps(now),
        about_known=bool(state.values("person")) and state.may_show("person"),
        is_counted=not found and set(state.needs) <= set(state.missing),
        unmet=", ".join(say("NEED", code) for code in sorted(unmet((match.service for match in found), asked))),
        state=state,
        page_mark=form.page_mark,
    )
