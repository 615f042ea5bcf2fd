"""Certificate of erasure: printed on request once everything is erased, and it names nobody.

Promises: made of the desk's own request, which knows of no person; each printing is logged, and in three languages.
"""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral_service.domain.desk.desk_request import Kind, Stage
from referral_service.pages.desk.each_language import in_each_language
from referral_service.pages.desk.one_request import get_request
from referral_service.store.directory import names_of_organizations
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.open_request import note_step
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.render import render
from setu.roles import DATA_OFFICER

blueprint = Blueprint("erasure_certificate", __name__, url_prefix="/desk")
PRINTED = "printed"


@blueprint.get("/<uuid:request_id>/certificate")
@require(DATA_OFFICER)
def show(request_id: UUID) -> ResponseReturnValue:
    """To print, once the worker has done it; each printing is logged."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        found = get_request(session, who, request_id)
        if found.kind is not Kind.ERASURE or found.stage(now) is not Stage.CLOSED:
            raise NotFound
        body = names_of_organizations(session, [who.organization]).get(who.organization)
        note_step(session, who, request_id, PRINTED, dependencies=dependency(Dependencies), now=now)
        audit.record(session, "desk.certificate", ("desk_request", request_id), who, now)
    spoken = in_each_language("referral/desk/certificate_text.html", one=found)
    return render("referral/desk/certificate.html", one=found, body=body, spoken=spoken)
