"""One agreement: signed, reviewed, renewed, ended, and its paper. Its focal points: `focal_points.py`."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.domain import agreements as rules
from directory_service.partnership.pages.agreement_page import agreement_page, back_to_agreement
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.partners import typed_terms
from directory_service.partnership.pages.seen_version import seen_version
from directory_service.partnership.store.agreements import document_of
from directory_service.partnership.use_cases.review_agreement import BadReview, review_agreement
from directory_service.partnership.use_cases.write_agreement import (
    NotADocument,
    end_agreement,
    find_agreement,
    keep_document,
    renew_agreement,
    sign_agreement,
)
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import see_other
from service_kit.web.uploads import FileTooLarge, file_in, takes_file
from setu.india import day_in_india
from setu.roles import COORDINATOR, PARTNERSHIP_READERS

blueprint = Blueprint("agreement", __name__, url_prefix="/partnerships/<uuid:agreement_id>")


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show(agreement_id: UUID) -> ResponseReturnValue:
    """The page."""
    return agreement_page(agreement_id, {})


@blueprint.post("/sign")
@require(COORDINATOR)
def sign(agreement_id: UUID) -> ResponseReturnValue:
    """Note the day on which a side signed."""
    side = request.form.get("side", "")
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return agreement_page(agreement_id, {"day": _("Enter the day of signing.")}, 422)
    if side not in rules.SIDES or day > day_in_india(context().clock.now()):
        return agreement_page(agreement_id, {"day": _("Enter the day of signing, not one ahead.")}, 422)
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        row = sign_agreement(session, principal(), agreement_id, side, day, seen_version(), context().clock.now())
        done = "signed" if row.state == rules.DRAFT else "in_force"
    return back_to_agreement(agreement_id, done)


@blueprint.post("/review")
@require(COORDINATOR)
def review(agreement_id: UUID) -> ResponseReturnValue:
    """Note that both sides reviewed it, and when they do so again."""
    typed, days, errors = request.form, dict[str, date](), dict[str, str]()
    for field, words, may_be_empty in (
        ("held_on", _("Enter the day of the review."), False),
        ("next_on", _("Enter the day of the next review."), True),
    ):
        if may_be_empty and not typed.get(field, "").strip():
            continue
        try:
            days[field] = date.fromisoformat(typed.get(field, ""))
        except ValueError:
            errors[field] = words
    if errors:
        return agreement_page(agreement_id, errors, 422)
    held = rules.Review(days["held_on"], days.get("next_on"))
    try:
        with context().db.transaction(principal().scope) as session, stale_as_conflict():
            review_agreement(session, principal(), agreement_id, held, seen_version(), context().clock.now())
    except BadReview as bad:
        return agreement_page(agreement_id, {str(bad): _review_words(str(bad))}, 422)
    return back_to_agreement(agreement_id, "reviewed")


@blueprint.post("/end")
@require(COORDINATOR)
def end(agreement_id: UUID) -> ResponseReturnValue:
    """End it."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        was_active = end_agreement(session, principal(), agreement_id, seen_version(), context().clock.now())
    return see_other(url_for("partners.show", done="ended" if was_active else "thrown_away"))


@blueprint.post("/renew")
@require(COORDINATOR)
def renew(agreement_id: UUID) -> ResponseReturnValue:
    """Draft the next version."""
    errors, terms = typed_terms()
    if terms is None:
        return agreement_page(agreement_id, errors, 422)
    with context().db.transaction(principal().scope) as session:
        ids = dependency(Dependencies).ids
        made = renew_agreement(session, principal(), agreement_id, terms, context().clock.now(), ids=ids)
    return back_to_agreement(made.id, "renewed")


@blueprint.post("/document")
@require(COORDINATOR)
@takes_file(rules.LARGEST_DOCUMENT)
def send_document(agreement_id: UUID) -> ResponseReturnValue:
    """Keep the signed paper."""
    words = _("Choose the signed agreement as a PDF file of at most 2 MB.")
    try:
        content = file_in("document")
        if not content:
            return agreement_page(agreement_id, {"document": words}, 422)
        with context().db.transaction(principal().scope) as session:
            keep_document(session, principal(), agreement_id, content, context().clock.now())
    except FileTooLarge:
        return agreement_page(agreement_id, {"document": words}, 413)
    except NotADocument:
        return agreement_page(agreement_id, {"document": words}, 422)
    return back_to_agreement(agreement_id, "kept")


@blueprint.get("/document")
@require(*PARTNERSHIP_READERS)
def get_document(agreement_id: UUID) -> Response:
    """The signed paper, to save: it is never shown inside of our pages."""
    with context().db.transaction(principal().scope) as session:
        find_agreement(session, principal(), agreement_id)
        held = document_of(session, agreement_id)
        if held is None:
            raise NotFound
        response = Response(held.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="agreement.pdf"'
    return response


def _review_words(field: str) -> str:
    return {
        "held_on": _("Enter a day of the agreement, not before the last review and not one ahead."),
        "next_on": _("Enter a day ahead, not after the agreement ends; or leave it empty."),
    }[field]
