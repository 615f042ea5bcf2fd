"""Danger to life: ask, be confirmed by a second person, look at name and contact for an hour, report.

Promises: the second factor is given now, by both; what is shown is a name and a way to reach the person; a GET of the
contact is logged each time. When not to use it: for anything that can wait for the service.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.desk.details import DANGERS, LONGEST_REPORT, PASSED_ON_TO, REPORT_OUTCOMES, Emergency
from referral_service.domain.lifecycle import NotAllowed
from referral_service.outside.codes import BadCode, normalise
from referral_service.pages.desk.demands import CODE_OR_REFERENCE
from referral_service.pages.desk.one_request import CHANGED, has_second_factor_now, request_page
from referral_service.pages.desk.trial_words import samples_alone
from referral_service.pages.form_keys import form_key, made_before
from referral_service.pages.sent import seen
from referral_service.pages.withdraw import LONGEST
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk import break_glass
from referral_service.use_cases.desk.refuse_in_a_trial import NotASample
from service_kit.errors import FieldError, Gone, NotFound, Stale
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render, see_other
from service_kit.web.login_redirects import send_to_second_factor
from setu.guard import CaseDetails
from setu.guard_faults import FAULT_WORDS
from setu.roles import DATA_OFFICER

blueprint = Blueprint("desk_emergency", __name__, url_prefix="/desk")


@blueprint.get("/emergency")
@require(DATA_OFFICER)
def ask() -> ResponseReturnValue:
    """The form; the second factor comes first."""
    return _page([]) if has_second_factor_now(principal()) else send_to_second_factor()


@blueprint.post("/emergency")
@require(DATA_OFFICER)
def begin() -> ResponseReturnValue:
    """The first decision; a second person has 15 minutes."""
    who, db, now = principal(), context().db, context().clock.now()
    if not has_second_factor_now(who):
        return send_to_second_factor()
    errors, named, danger = [], "", request.form.get("danger", "")
    try:
        named = normalise(request.form.get("named", "")[:LONGEST])
    except BadCode:
        errors.append(FieldError("named", str(CODE_OR_REFERENCE)))
    if danger not in DANGERS:
        errors.append(FieldError("danger", _("Say what the danger is; without danger to life nothing is opened.")))
    if errors:
        return _page(errors)
    new_id, made, asked = context().ids.uuid(), dependency(Dependencies), Emergency(named, danger)
    try:
        with db.transaction(who.scope) as session:
            shown = made_before(session, who, new_id, now)
            if shown is None:
                break_glass.ask_break_glass(session, who, asked, request_id=new_id, dependencies=made, now=now)
    except (NotFound, Gone):
        break_glass.log_refused_emergency(db, who, named, dependencies=made, now=now)
        return _page([FieldError("named", _("Nothing that can be opened has this reference or code in your state."))])
    return see_other(url_for("desk.show", request_id=shown or new_id))


@blueprint.get("/<uuid:request_id>/contact")
@require(DATA_OFFICER, fresh_second_factor=True)
def contact(request_id: UUID) -> ResponseReturnValue:
    """Name and contact; each reading is logged."""
    made, now = dependency(Dependencies), context().clock.now()
    try:
        found = break_glass.read_contact(context().db, principal(), request_id, dependencies=made, now=now)
    except Gone:
        return request_page(request_id, [FieldError("actions", _("The consent was taken back. Nobody can open it."))])
    return request_page(request_id, person=found)


@blueprint.post("/<uuid:request_id>/report")
@require(DATA_OFFICER)
def report(request_id: UUID) -> ResponseReturnValue:
    """What became of it."""
    who, form = principal(), request.form
    written = form.get("report", "").strip()[:LONGEST_REPORT]
    errors = []
    if form.get("outcome") not in REPORT_OUTCOMES:
        errors.append(FieldError("outcome", _("Say what became of it.")))
    if form.get("passed_on_to") not in PASSED_ON_TO:
        errors.append(FieldError("passed_on_to", _("Say who was given name and contact.")))
    if not written:
        errors.append(FieldError("report", _("Write what happened, without name or number.")))
    if errors:
        return request_page(request_id, errors, status=422, form="report")
    told = Emergency("", "", form["outcome"], form["passed_on_to"], written)
    try:
        with context().db.transaction(who.scope) as session:
            check, made, now = seen(form.get("version", "")), dependency(Dependencies), context().clock.now()
            break_glass.write_report(session, who, request_id, told, check=check, dependencies=made, now=now)
    except NotASample as wrong:
        return request_page(request_id, samples_alone(wrong), status=422, form="report")
    except CaseDetails as refused:
        return request_page(request_id, [FieldError("report", _guard_words(refused))], status=422, form="report")
    except (NotAllowed, Stale):
        return request_page(request_id, [FieldError("actions", str(CHANGED))], status=409)
    return see_other(url_for("desk.show", request_id=request_id))


def _guard_words(refused: CaseDetails) -> str:
    found = ", ".join(_(FAULT_WORDS[code]) for code in refused.codes)
    return _("Write what happened, not to whom. This has: %(found)s. It was not stored.", found=found)


def _page(errors: Sequence[FieldError]) -> Response:
    typed: Mapping[str, str] = request.form if errors else {}
    return render(
        "referral/desk/emergency.html",
        status=422 if errors else 200,
        dangers=DANGERS,
        typed=typed,
        form_key=form_key(typed),
        errors=form_errors(errors),
    )
