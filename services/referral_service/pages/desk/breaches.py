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

from referral_service.domain.desk import details
from referral_service.domain.desk.desk_request import Kind
from referral_service.domain.desk.details import Breach
from referral_service.domain.lifecycle import NotAllowed
from referral_service.pages.desk.breach_form import TICKED, read_breach_form
from referral_service.pages.desk.each_language import in_each_language
from referral_service.pages.desk.one_request import CHANGED, get_request, request_page
from referral_service.pages.form_keys import form_key, made_before
from referral_service.pages.sent import seen
from referral_service.store.directory import names_of_organizations
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.record_breach import note_told, record_breach
from referral_service.use_cases.desk.seal_details import open_details
from service_kit.errors import FieldError, NotFound, Stale
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.render import form_errors, render, see_other
from setu.roles import DATA_OFFICER

blueprint = Blueprint("desk_breach", __name__, url_prefix="/desk")


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
    breach, noticed_at = read_breach_form(request.form, now, errors)
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


def _page(errors: Sequence[FieldError]) -> Response:
    typed: Mapping[str, Any] = request.form if errors else {}
    return render(
        "referral/desk/breach.html",
        status=422 if errors else 200,
        codes=details,
        ticked={name: request.form.getlist(name) for name in TICKED},
        typed=typed,
        form_key=form_key(typed),
        errors=form_errors(errors),
    )
