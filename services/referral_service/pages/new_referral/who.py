"""Step 2: who can help. The best three with a reason each, the rest behind "more", or any of up to five named ones.

Promises: what was picked stays picked, and is shown as long as no other is: where it does not fit (any more), the page
says why (`Pick.obstacles`), and nobody else is asked in its place without a new consent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

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
)
from referral_service.pages.new_referral.form_input import (
    Read,
    take,
)
from referral_service.pages.words import say
from referral_service.use_cases.read_directory import services_by_id, services_in
from service_kit.errors import FieldError
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import (
    form_errors,
    render,
)

SINGLES = ("service",)
LISTS = ("candidates",)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Pick:
    """A service that was picked, and what stands against it now; as codes, in the order in which screens say them."""

    service: ListedService
    obstacles: tuple[str, ...]
    doubts: tuple[str, ...]


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
    found, asked = matches(who, state), wanted(state)
    struck = [pick for pick in picks(who, state) if pick.obstacles]
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


def matches(who: Principal, state: FormState) -> Sequence[Match]:
    """The services that fit now, best first."""
    asked = wanted(state)
    with context().db.transaction(who.scope) as session:
        services = services_in(session, asked.district)
    return rank(services, asked, context().clock.now())


def picks(who: Principal, state: FormState) -> list[Pick]:
    """What was picked, in the order in which it was named; a service that is not listed any more is left out."""
    asked, ids = wanted(state), _picked_ids(state)
    if not ids:
        return []
    with context().db.transaction(who.scope) as session:
        listed = services_by_id(session, ids)
    return [_pick(listed[service], asked) for service in ids if service in listed]


def fitting(who: Principal, state: FormState) -> list[ListedService]:
    """The services that will be asked: of what was picked, all that can take it."""
    return [pick.service for pick in picks(who, state) if not pick.obstacles]


def _pick(service: ListedService, asked: Wanted) -> Pick:
    against = obstacles(service, asked)
    if "other_gender" in against and for_women_alone(service):
        against = against - {"other_gender"} | {"women_only"}
    return Pick(service, tuple(sorted(against)), doubts(service, asked))


def _picked_ids(state: FormState) -> list[UUID]:
    picked = one(state.values("who"), "service")
    typed = [picked] if picked else many(state.values("who"), "candidates")
    return [UUID(service) for service in typed if _UUID.fullmatch(service)]
