"""The breach register: what happened, the clock of 72 hours, who was told, and the notice in three languages.

Promises: the notice is made of codes alone, so that it reads alike in each language and names nobody.
Source: DPDP Rules of 2025, r.7.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from referral_service.domain.desk import details
from referral_service.domain.desk.desk_request import Kind
from referral_service.domain.desk.details import Breach
from referral_service.domain.lifecycle import NotAllowed
from referral_service.pages.desk.one_request import CHANGED, get_request, request_page
from referral_service.pages.desk.spoken import in_each_language
from referral_service.pages.form_keys import form_key, made_before
from referral_service.pages.sent import seen
from referral_service.store.directory import names_of_organizations
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.record_breach import note_told, record_breach
from referral_service.use_cases.desk.seal_details import open_details
from service_kit.errors import FieldError, NotFound, Stale
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render, see_other
from setu.india import INDIA
from setu.roles import DATA_OFFICER

blueprint = Blueprint("desk_breach", __name__, url_prefix="/desk")
SEVERAL: Mapping[str, Sequence[str]] = {
    "data": details.BREACH_DATA,
    "risks": details.BREACH_RISKS,
    "measures": details.BREACH_MEASURES,
    "advice": details.BREACH_ADVICE,
}
"""Fields in which several codes are ticked."""


@blueprint.get("/breach")
@require(DATA_OFFICER)
def ask() -> ResponseReturnValue:
    """The form."""
    return _page([])


@blueprint.post("/breach")
@require(DATA_OFFICER)
def write_down() -> ResponseReturnValue:
    """It stands on the list, due 72 hours after it was noticed."""
    who, now = principal(), context().clock.now()
    errors: list[FieldError] = []
    breach, noticed_at = _read_form(request.form, now, errors)
    if errors or noticed_at is None:
        return _page(errors)
    new_id, made = context().ids.uuid(), dependency(Dependencies)
    with context().db.transaction(who.scope) as session:
        shown = made_before(session, who, new_id, now)
        if shown is None:
            record_breach(session, who, breach, request_id=new_id, noticed_at=noticed_at, dependencies=made, now=now)
    return see_other(url_for("desk.show", request_id=shown or new_id))


@blueprint.post("/<uuid:request_id>/told")
@require(DATA_OFFICER)
def tell(request_id: UUID) -> ResponseReturnValue:
    """Somebody was told."""
    who = principal()
    try:
        with context().db.transaction(who.scope) as session:
            check, told = seen(request.form.get("version", "")), request.form.get("told", "")
            made, now = dependency(Dependencies), context().clock.now()
            note_told(session, who, request_id, told, check=check, dependencies=made, now=now)
    except (NotAllowed, Stale):
        return request_page(request_id, [FieldError("actions", str(CHANGED))], status=409)
    return see_other(url_for("desk.show", request_id=request_id))


@blueprint.get("/<uuid:request_id>/notice")
@require(DATA_OFFICER)
def notice(request_id: UUID) -> ResponseReturnValue:
    """For the people concerned, to print or to read out."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        found = get_request(session, who, request_id)
        known = open_details(session, request_id, dependency(Dependencies))
        body = names_of_organizations(session, [who.organization]).get(who.organization)
    if found.kind is not Kind.BREACH or not known:
        raise NotFound
    breach = Breach(**known)
    happened_at = datetime.fromisoformat(breach.happened_at)
    spoken = in_each_language("referral/desk/notice_text.html", breach=breach, happened_at=happened_at, body=body)
    return render("referral/desk/notice.html", one=found, spoken=spoken)


def _read_form(form: MultiDict[str, str], now: datetime, errors: list[FieldError]) -> tuple[Breach, datetime | None]:
    """What was typed, and when it was noticed; adds to `errors` what is missing."""
    if form.get("kind") not in details.BREACH_KINDS:
        errors.append(FieldError("kind", _("Say what happened.")))
    happened_at = _moment(form, "happened", now, errors)
    noticed_at = _moment(form, "noticed", now, errors)
    several = {name: [code for code in codes if code in form.getlist(name)] for name, codes in SEVERAL.items()}
    errors.extend(FieldError(name, _("Tick at least one.")) for name, ticked in several.items() if not ticked)
    people = form.get("people", "").strip()
    if people and not (people.isdecimal() and int(people) <= details.MOST_PEOPLE):
        errors.append(FieldError("people", _("A number, or nothing while nobody knows.")))
    phone = form.get("phone", "").strip()[: details.LONGEST_PHONE]
    if not phone:
        errors.append(FieldError("phone", _("Say where people may ask.")))
    told = int(people) if people.isdecimal() else None
    at = "" if happened_at is None else happened_at.isoformat()
    return Breach(form.get("kind", ""), at, people=told, phone=phone, **several), noticed_at


def _moment(form: MultiDict[str, str], name: str, now: datetime, errors: list[FieldError]) -> datetime | None:
    try:
        at = datetime.fromisoformat(f"{form.get(f'{name}_day', '')}T{form.get(f'{name}_time', '')}")
    except ValueError:
        errors.append(FieldError(f"{name}_day", _("Give day and time.")))
        return None
    moment = at.replace(tzinfo=INDIA)
    if moment > now:
        errors.append(FieldError(f"{name}_day", _("This is in the future.")))
    return moment


def _page(errors: Sequence[FieldError]) -> Response:
    typed: Mapping[str, Any] = request.form if errors else {}
    return render(
        "referral/desk/breach.html",
        status=422 if errors else 200,
        codes=details,
        ticked={name: request.form.getlist(name) for name in SEVERAL},
        typed=typed,
        form_key=form_key(typed),
        errors=form_errors(errors),
    )
