"""Step 2: who can help. The best three with a reason each, the rest behind "more", or any of up to five named ones."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response
from werkzeug.datastructures import MultiDict

from referral_service.domain.form_state import Answers, FormState, many, one
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import AGE_BANDS, BEST, MOST_CANDIDATES, Match, Wanted, candidates, rank, unmet
from referral_service.pages.new_referral.reading import Read, take
from referral_service.pages.words import say
from referral_service.use_cases.read_directory import services_in
from service_kit.web.auth import Principal
from service_kit.web.context import context
from service_kit.web.i18n import gettext as _
from service_kit.web.pages import form_errors, render
from service_kit.web.problems import FieldError

SINGLES = ("service",)
LISTS = ("candidates",)


def read(form: MultiDict[str, str], who: Principal, state: FormState) -> Read:
    """One service, or the candidates that the page named; each must still fit."""
    answers = take(form, SINGLES, LISTS)
    fitting = {str(match.service.id) for match in matches(who, state)}
    chosen = [answers.text("service")] if answers.text("service") else answers.several("candidates")
    if not chosen:
        answers.refuse("service", _("Choose who shall be asked."))
    elif len(chosen) > MOST_CANDIDATES or not fitting.issuperset(chosen):
        answers.refuse("service", _("This choice is not open any more. Choose again from the list."))
    if answers.text("service"):
        answers.answers.pop("candidates", None)
    return answers


def show(who: Principal, state: FormState, answers: Answers, errors: list[FieldError]) -> Response:
    """The page of this step, with the services as they stand at this moment."""
    found = matches(who, state)
    return render(
        "referral/new/who.html",
        values=answers,
        errors=form_errors(errors),
        best=found[:BEST],
        more=found[BEST:],
        any_of=candidates(found),
        unmet=", ".join(say("NEED", code) for code in sorted(unmet((match.service for match in found), wanted(state)))),
        state=state,
    )


def wanted(state: FormState) -> Wanted:
    """What was asked for, and what is known of the person by now: the child path stays once it was entered.

    What was typed about the person may not have been judged yet, so an unknown code counts as nothing said.
    """
    place, about = state.values("place"), state.values("person")
    age_band = one(about, "age_band")
    return Wanted(
        needs=frozenset(many(place, "needs")),
        district=int(one(place, "district")),
        setting=one(place, "setting"),
        age_band=age_band if age_band in AGE_BANDS else None,
        gender=one(about, "gender") or None,
        language=one(about, "language") or None,
        woman_worker="woman_worker" in many(about, "preferences"),
        children_with_me="children_with_me" in many(about, "preferences"),
        visit_in_custody=one(about, "method") == "visit_in_custody",
        pregnant="PREGNANT" in many(about, "urgent"),
    )


def matches(who: Principal, state: FormState) -> Sequence[Match]:
    """The services that fit now, best first."""
    asked = wanted(state)
    with context().db.transaction(who.scope) as session:
        services = services_in(session, asked.district)
    return rank(services, asked, context().clock.now())


def chosen(who: Principal, state: FormState) -> list[ListedService]:
    """The services that were chosen, in the order in which they were named."""
    picked = one(state.values("who"), "service")
    ids = [picked] if picked else many(state.values("who"), "candidates")
    by_id = {match.service.id: match.service for match in matches(who, state)}
    return [by_id[UUID(service)] for service in ids if UUID(service) in by_id]
