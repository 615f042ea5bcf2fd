"""A legal demand: written down with its order, decided by two people, answered by one letter.

Promises: the letter is the same for refused, destroyed and absent; what is given of an identity is shown for an hour
with a second factor of the last 30 minutes, each reading logged. One order names one referral: there is one field.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from referral_service.domain.desk.details import ITEMS, LONGEST_AUTHORITY, LONGEST_ORDER, Demand
from referral_service.domain.lifecycle import NotAllowed
from referral_service.outside.codes import BadCode, normalise
from referral_service.pages.desk.one_request import CHANGED, request_page
from referral_service.pages.desk.trial_words import samples_alone
from referral_service.pages.form_keys import form_key, made_before
from referral_service.pages.sent import seen
from referral_service.pages.withdraw import LONGEST
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.answer_demand import answer_demand, read_answer
from referral_service.use_cases.desk.record_demand import record_demand
from referral_service.use_cases.desk.refuse_in_a_trial import NotASample
from service_kit.errors import FieldError, Stale
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import lazy_gettext
from service_kit.web.html.render import form_errors, render, see_other
from setu.india import INDIA
from setu.roles import DATA_OFFICER

blueprint = Blueprint("desk_demand", __name__, url_prefix="/desk")
CODE_OR_REFERENCE = lazy_gettext("Type one reference (R-…) or the code of one card. Check it letter by letter.")


@blueprint.get("/demand")
@require(DATA_OFFICER)
def ask() -> ResponseReturnValue:
    """The form."""
    return _page([])


@blueprint.post("/demand")
@require(DATA_OFFICER)
def write_down() -> ResponseReturnValue:
    """The demand stands on the list; nothing was looked up."""
    who = principal()
    demand, due_at, errors = _read_form(request.form)
    if errors:
        return _page(errors)
    new_id, made, now = context().ids.uuid(), dependency(Dependencies), context().clock.now()
    try:
        with context().db.transaction(who.scope) as session:
            shown = made_before(session, who, new_id, now)
            if shown is None:
                record_demand(session, who, demand, request_id=new_id, due_at=due_at, dependencies=made, now=now)
    except NotASample as wrong:
        return _page(samples_alone(wrong))
    return see_other(url_for("desk.show", request_id=shown or new_id))


@blueprint.post("/<uuid:request_id>/answer")
@require(DATA_OFFICER, fresh_second_factor=True, vouched_for=True)
def answer(request_id: UUID) -> ResponseReturnValue:
    """Two have decided: the letter is made."""
    who = principal()
    try:
        with context().db.transaction(who.scope) as session:
            check = seen(request.form.get("version", ""))
            made, now = dependency(Dependencies), context().clock.now()
            answer_demand(session, who, request_id, check=check, dependencies=made, now=now)
    except (NotAllowed, Stale):
        return request_page(request_id, [FieldError("actions", str(CHANGED))], status=409)
    return see_other(url_for("desk_demand.letter", request_id=request_id))


@blueprint.get("/<uuid:request_id>/letter")
@require(DATA_OFFICER, fresh_second_factor=True, vouched_for=True)
def letter(request_id: UUID) -> ResponseReturnValue:
    """To print."""
    made, now = dependency(Dependencies), context().clock.now()
    read = read_answer(context().db, principal(), request_id, dependencies=made, now=now)
    return render("referral/desk/letter.html", answer=read)


def _read_form(form: MultiDict[str, str]) -> tuple[Demand, datetime | None, Sequence[FieldError]]:
    items = [item for item in ITEMS if item in form.getlist("items")]
    errors = []
    authority = form.get("authority", "").strip()[:LONGEST_AUTHORITY]
    order = form.get("order", "").strip()[:LONGEST_ORDER]
    if not authority:
        errors.append(FieldError("authority", _("Say who demands it, as the paper says.")))
    if not order:
        errors.append(FieldError("order", _("Give number and date of the paper.")))
    if form.get("by_court") not in {"yes", "no"}:
        errors.append(FieldError("by_court", _("Say whether it is the order of a court.")))
    named, due_at = "", None
    try:
        named = normalise(form.get("named", "")[:LONGEST])
    except BadCode:
        errors.append(FieldError("named", str(CODE_OR_REFERENCE)))
    if not items:
        errors.append(FieldError("items", _("Tick what the paper names; tick nothing that it does not.")))
    try:
        due_at = _end_of(form["due"]) if form.get("due") else None
    except ValueError:
        errors.append(FieldError("due", _("Give a day, or leave it empty.")))
    return Demand(authority, order, form.get("by_court") == "yes", named, items), due_at, errors


def _end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(18), INDIA)


def _page(errors: Sequence[FieldError]) -> Response:
    typed: Mapping[str, str] = request.form if errors else {}
    return render(
        "referral/desk/demand.html",
        status=422 if errors else 200,
        items=ITEMS,
        ticked=request.form.getlist("items"),
        typed=typed,
        form_key=form_key(typed),
        longest=(LONGEST_AUTHORITY, LONGEST_ORDER),
        errors=form_errors(errors),
    )
