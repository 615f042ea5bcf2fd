"""Step 2: who can help. The best three with a reason each, the rest behind "more", or any of up to five named ones.

Promises: what was picked stays picked, and is shown as long as no other is: where it does not fit (any more), the page
says why (`Pick.obstacles`), and nobody else is asked in its place without a new consent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response
from werkzeug.datastructures import MultiDict

from referral_service.domain import person_rules
from referral_service.domain.form_state import Answers, FormState, many, one
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import (
    AGE_BANDS,
    BEST,
    MOST_CANDIDATES,
    Match,
    Wanted,
    candidates,
    doubts,
    for_women_alone,
    obstacles,
    rank,
    unmet,
    with_child_need,
)
from referral_service.pages.new_referral.form_input import Read, take
from referral_service.pages.new_referral.open_form import OpenForm
from referral_service.pages.words import say
from service_kit.errors import FieldError
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render

SINGLES = ("service",)
LISTS = ("candidates",)


@dataclass(frozen=True)
class Pick:
    """A service that was picked, which needs it covers, and what stands against it now.

    As codes, in the order in which screens say them.
    """

    service: ListedService
    covers: tuple[str, ...]
    obstacles: tuple[str, ...]
    doubts: tuple[str, ...]


def read(posted: MultiDict[str, str], form: OpenForm) -> Read:
    """One service, or the candidates that the page named; each must still fit."""
    answers = take(posted, SINGLES, LISTS)
    fitting = {str(match.service.id) for match in matches(form)}
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
    state, found, asked = form.state, matches(form), wanted(form.state)
    struck = [pick for pick in picks(form) if pick.obstacles]
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
        under_18=asked.child_path,
        child_need_helps=child_need_helps(form),
        about_known=bool(state.values("person")) and state.may_show("person"),
        unmet=", ".join(say("NEED", code) for code in sorted(unmet((match.service for match in found), asked))),
        state=state,
    )


def wanted(state: FormState) -> Wanted:
    """What was asked for, and what is known of the person by now: the child path stays once it was entered.

    What was typed about the person may not have been judged yet, so an unknown code counts as nothing said.
    """
    place, about = state.values("place"), state.values("person")
    age_band, gender = one(about, "age_band"), one(about, "gender")
    return Wanted(
        needs=frozenset(many(place, "needs")),
        district=int(one(place, "district")),
        setting=one(place, "setting"),
        age_band=age_band if age_band in AGE_BANDS else None,
        gender=gender if gender in person_rules.GENDERS else None,
        language=one(about, "language") or None,
        woman_worker="woman_worker" in many(about, "preferences"),
        children_with_me="children_with_me" in many(about, "preferences"),
        visit_in_custody=one(about, "method") == "visit_in_custody",
        pregnant="PREGNANT" in many(about, "urgent"),
    )


def matches(form: OpenForm) -> Sequence[Match]:
    """The services of the district that fit now, best first."""
    return rank(form.in_district, wanted(form.state), context().clock.now())


def picks(form: OpenForm) -> list[Pick]:
    """What was picked and is still listed, in the order in which it was named."""
    asked = wanted(form.state)
    return [_pick(service, asked) for service in form.picked_services()]


def fitting(form: OpenForm) -> list[ListedService]:
    """The services that will be asked: of what was picked, all that can take it."""
    return [pick.service for pick in picks(form) if not pick.obstacles]


def left_out(form: OpenForm) -> list[str]:
    """The needs for which nobody is asked: what none of those offers that will be asked."""
    covered = {need for pick in picks(form) if not pick.obstacles for need in pick.covers}
    return [need for need in many(form.state.values("place"), "needs") if need not in covered]


def child_need_helps(form: OpenForm) -> bool:
    """Whether somebody under 18 can be helped here by a children's service that does not list what was asked."""
    wider = with_child_need(wanted(form.state))
    return wider is not None and bool(rank(form.in_district, wider, context().clock.now()))


def with_child(state: FormState) -> FormState:
    """The form that asks for a children's service, too; what rests on the needs is asked again."""
    place = state.values("place")
    return state.answered("place", {**place, "needs": [*many(place, "needs"), "CHILD"]})


def _pick(service: ListedService, asked: Wanted) -> Pick:
    against = obstacles(service, asked)
    if "other_gender" in against and for_women_alone(service):
        against = against - {"other_gender"} | {"women_only"}
    return Pick(service, tuple(sorted(service.needs & asked.needs)), tuple(sorted(against)), doubts(service, asked))
