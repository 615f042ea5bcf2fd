"""The screen of one request at the desk, as its stage and its reader allow; also what every refused form returns to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import (
    DECISION_COUNTS,
    SECOND_FACTOR_NOW,
    TELLINGS,
    DeskRequest,
    Kind,
)
from referral_service.domain.desk.details import (
    EMERGENCY_REFUSALS,
    LONGEST_REPORT,
    PASSED_ON_TO,
    REFUSALS,
    REPORT_OUTCOMES,
)
from referral_service.outside.codes import show as grouped
from referral_service.pages.desk.each_language import in_each_language
from referral_service.store.desk import desk_requests
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.break_glass import EmergencyContact
from referral_service.use_cases.desk.seal_details import open_details
from service_kit.errors import FieldError, NotFound
from service_kit.identity import Principal
from service_kit.web.access.fresh_second_factor import has_fresh_second_factor
from service_kit.web.access.require import principal
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import lazy_gettext
from service_kit.web.html.render import form_errors, render

QUEUED = "queued"
"""Said right after a code was queued: the page then shows what to read out."""
CHANGED = lazy_gettext("This changed in the meantime. Look again before you choose.")
CANNOT_REACH = lazy_gettext("What is named is not there any more. Nobody can open it.")
LET_IN_BY_ONE_HAND = lazy_gettext(
    "The slip that let you in and that of whoever decided first come from one hand. Another person has to decide."
)
NOT_TOLD_WHO_LET_IN = lazy_gettext(
    "It is not known here yet who let you in, or whoever decided first. That comes by itself within seconds: choose"
    " again. If it stays so, another person has to decide, and whoever runs Setu runs “setu directory republish”."
)
REASONS: Mapping[Kind, Sequence[str]] = {Kind.LEGAL_DEMAND: REFUSALS, Kind.BREAK_GLASS: EMERGENCY_REFUSALS}
"""Why somebody decides no, by kind."""
DECISION_WORDS = {
    Kind.LEGAL_DEMAND: {"answer": "DEMAND_DECISION", "refusal": "DEMAND_REFUSAL"},
    Kind.BREAK_GLASS: {"answer": "EMERGENCY_DECISION", "refusal": "EMERGENCY_REFUSAL"},
    Kind.BREACH: {"answer": "BREACH_DECISION"},
}
"""The tables of words of its decision, by kind."""


def get_request(session: Session, who: Principal, request_id: UUID) -> DeskRequest:
    """One of the officer's state. Raises NotFound."""
    found = desk_requests.find_request(session, who.districts, request_id)
    if found is None:
        raise NotFound
    return found


def kind_of(request_id: UUID) -> Kind:
    """Its kind. Raises NotFound."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return get_request(session, who, request_id).kind


def request_page(
    request_id: UUID,
    errors: Sequence[FieldError] = (),
    *,
    status: int = 200,
    said: str = "",
    form: str = "decide",
    person: EmergencyContact | None = None,
) -> Response:
    """The page. `said`: what was done just now; `form`: the one that has the errors, shown as it was typed.

    `person`: a contact that two people opened, after it was logged.
    """
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        found = get_request(session, who, request_id)
        steps = desk_requests.steps_of(session, request_id)
        details = open_details(session, request_id, dependency(Dependencies))
    return render(
        "referral/desk/one.html",
        status=status,
        one=found,
        stage=found.stage(now),
        due=found.due(now),
        steps=steps,
        mine=who.account,
        may_decide=found.may_decide(who.account, now),
        counts_until=_counts_until(found, now),
        ends_at=found.ends_by_itself_at(now),
        identity_open=found.is_identity_open(now),
        is_one_of_two=found.is_one_of_two(who.account),
        person=person,
        tellings=TELLINGS,
        report_words=(REPORT_OUTCOMES, PASSED_ON_TO, LONGEST_REPORT),
        decision_words=DECISION_WORDS,
        reasons=REASONS.get(found.kind, ()),
        about=_about(details),
        said=said,
        queued_words=in_each_language("referral/desk/say_queued.html") if said == QUEUED else (),
        tried=form if errors else "",
        typed=request.form if errors else {},
        errors=form_errors(errors),
    )


def _counts_until(found: DeskRequest, now: datetime) -> datetime | None:
    """Until when the first decision waits for a second one; of an emergency its own clock says so."""
    first = None if found.kind is Kind.BREAK_GLASS else found.first_in_force(now)
    return None if first is None or found.second is not None else first.at + DECISION_COUNTS


def _about(details: Mapping[str, Any]) -> Any:
    """What was sealed of it, typed by its kind; None where nothing was, or its time has passed."""
    if not details:
        return None
    if "happened_at" in details:
        return {**details, "happened_at": datetime.fromisoformat(details["happened_at"])}
    return {**details, "named": grouped(details["named"])} if details.get("named") else details


def has_second_factor_now(who: Principal) -> bool:
    """Whether it was given within the last five minutes, as a danger to life asks for."""
    return has_fresh_second_factor(who, within=SECOND_FACTOR_NOW)
