"""One agreement: clauses, days, the signed paper, focal points and handovers of each side."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.store.accounts import Member, members_of
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.domain import agreements as rules
from directory_service.partnership.domain.meetings import LONGEST_POST
from directory_service.partnership.pages.agreement_words import AGREEMENT_WORDS, SIDE_WORDS
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.meeting_words import guard_words
from directory_service.partnership.pages.partners import typed_terms, typed_uuid
from directory_service.partnership.pages.seen_version import seen_version
from directory_service.partnership.pages.text_length import length_of, too_long_words
from directory_service.partnership.store import agreements as store
from directory_service.partnership.store.meetings import names_of, open_actions_of
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.hand_over import Successor, SuccessorNamed, name_successor
from directory_service.partnership.use_cases.name_focal_point import (
    AlreadyFocalPoint,
    NewFocalPoint,
    acts_for,
    end_focal_point,
    name_focal_point,
)
from directory_service.partnership.use_cases.review_agreement import BadReview, review_agreement
from directory_service.partnership.use_cases.write_agreement import (
    NotADocument,
    end_agreement,
    find_agreement,
    keep_document,
    renew_agreement,
    sign_agreement,
)
from service_kit.errors import Conflict, NotFound
from service_kit.identity import Principal
from service_kit.phone_numbers import BadNumber, in_groups, plain_number, read_phone_number
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.uploads import FileTooLarge, file_in, takes_file
from setu.guard import CaseDetails
from setu.india import day_in_india
from setu.phone_words import HOME_REGION, WORDS
from setu.roles import COORDINATOR, PARTNERS, PARTNERSHIP_READERS

blueprint = Blueprint("agreement", __name__, url_prefix="/partnerships/<uuid:agreement_id>")


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show(agreement_id: UUID) -> ResponseReturnValue:
    """The page."""
    return _page(agreement_id, {})


@blueprint.post("/sign")
@require(COORDINATOR)
def sign(agreement_id: UUID) -> ResponseReturnValue:
    """Note the day on which a side signed."""
    side = request.form.get("side", "")
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return _page(agreement_id, {"day": _("Enter the day of signing.")}, 422)
    if side not in rules.SIDES or day > day_in_india(context().clock.now()):
        return _page(agreement_id, {"day": _("Enter the day of signing, not one ahead.")}, 422)
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        sign_agreement(session, principal(), agreement_id, side, day, seen_version(), context().clock.now())
    return _back(agreement_id)


@blueprint.post("/review")
@require(COORDINATOR)
def review(agreement_id: UUID) -> ResponseReturnValue:
    """Note that both sides reviewed it, and when they do so again."""
    typed, days = request.form, dict[str, date]()
    for field in ("held_on", "next_on"):
        if typed.get(field, "").strip():
            try:
                days[field] = date.fromisoformat(typed[field])
            except ValueError:
                return _page(agreement_id, {field: _("Enter a day.")}, 422)
    if "held_on" not in days:
        return _page(agreement_id, {"held_on": _("Enter the day of the review.")}, 422)
    held = rules.Review(days["held_on"], days.get("next_on"))
    try:
        with context().db.transaction(principal().scope) as session, stale_as_conflict():
            review_agreement(session, principal(), agreement_id, held, seen_version(), context().clock.now())
    except BadReview as bad:
        return _page(agreement_id, {str(bad): _review_words(str(bad))}, 422)
    return _back(agreement_id)


@blueprint.post("/end")
@require(COORDINATOR)
def end(agreement_id: UUID) -> ResponseReturnValue:
    """End it."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        end_agreement(session, principal(), agreement_id, seen_version(), context().clock.now())
    return see_other(url_for("partners.show", done="ended"))


@blueprint.post("/renew")
@require(COORDINATOR)
def renew(agreement_id: UUID) -> ResponseReturnValue:
    """Draft the next version."""
    errors, terms = typed_terms()
    if terms is None:
        return _page(agreement_id, errors, 422)
    with context().db.transaction(principal().scope) as session:
        ids = dependency(Dependencies).ids
        made = renew_agreement(session, principal(), agreement_id, terms, context().clock.now(), ids=ids)
    return _back(made.id)


@blueprint.post("/document")
@require(COORDINATOR)
@takes_file(rules.LARGEST_DOCUMENT)
def send_document(agreement_id: UUID) -> ResponseReturnValue:
    """Keep the signed paper."""
    words = _("Choose the signed agreement as a PDF file of at most 2 MB.")
    try:
        content = file_in("document")
        if not content:
            return _page(agreement_id, {"document": words}, 422)
        with context().db.transaction(principal().scope) as session:
            keep_document(session, principal(), agreement_id, content, context().clock.now())
    except FileTooLarge:
        return _page(agreement_id, {"document": words}, 413)
    except NotADocument:
        return _page(agreement_id, {"document": words}, 422)
    return _back(agreement_id)


@blueprint.get("/document")
@require(*PARTNERSHIP_READERS)
def get_document(agreement_id: UUID) -> Response:
    """The signed paper, to save: it is never shown inside of our pages."""
    with context().db.transaction(principal().scope) as session:
        find_agreement(session, principal(), agreement_id)
        held = store.document_of(session, agreement_id)
        if held is None:
            raise NotFound
        response = Response(held.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="agreement.pdf"'
    return response


@blueprint.post("/focal-points")
@require(*PARTNERS)
def name(agreement_id: UUID) -> ResponseReturnValue:
    """Name a focal point of the own side; the coordinator for either."""
    post, member = request.form.get("post", ""), typed_uuid("member")
    wrong_phone, phone = _typed_phone()
    errors = {}
    if member is None:
        errors["member"] = _("Choose who has this post.")
    if not length_of(post):
        errors["post"] = _("Enter the post, such as “station officer” or “manager”; no name.")
    elif too_long := too_long_words(post, LONGEST_POST):
        errors["post"] = too_long
    errors |= wrong_phone
    if errors or member is None:
        return _page(agreement_id, errors, 422)
    try:
        with context().db.transaction(principal().scope) as session:
            wanted, ids = NewFocalPoint(post, phone, member), dependency(Dependencies).ids
            name_focal_point(session, principal(), agreement_id, wanted, context().clock.now(), ids=ids)
    except CaseDetails as refused:
        return _page(agreement_id, {"post": guard_words(refused)}, 422)
    except AlreadyFocalPoint:
        words = _("Choose somebody else: two focal points are two people, and this one is named already.")
        return _page(agreement_id, {"member": words}, 409)
    return _back(agreement_id)


@blueprint.post("/focal-points/<uuid:point_id>/end")
@require(*PARTNERS)
def take_back(agreement_id: UUID, point_id: UUID) -> ResponseReturnValue:
    """Take a focal point of the own side back, or the handover of a vacant one; the coordinator of either side."""
    with context().db.transaction(principal().scope) as session:
        end_focal_point(session, principal(), point_id, context().clock.now())
    return _back(agreement_id)


@blueprint.post("/focal-points/<uuid:point_id>/hand-over")
@require(*PARTNERS)
def hand_over(agreement_id: UUID, point_id: UUID) -> ResponseReturnValue:
    """Name the successor of a focal point of the own side; the coordinator of either.

    The form offers the duty phone as it is. Sent back unchanged it stands: it may be older than the rule for numbers.
    """
    member = typed_uuid("member")
    with context().db.transaction(principal().scope) as session:
        held = store.duty_phone_of(session, agreement_id, point_id)
    wrong_phone, phone = _typed_phone(held)
    errors = ({} if member else {"member": _("Choose the successor.")}) | wrong_phone
    if errors or member is None:
        return _page(agreement_id, errors, 422, at=point_id)
    try:
        with context().db.transaction(principal().scope) as session:
            successor, ids = Successor(member, phone), dependency(Dependencies).ids
            name_successor(session, principal(), point_id, successor, context().clock.now(), ids=ids)
    except Conflict as refused:
        return _page(agreement_id, _refused_successor(refused), 409, at=point_id)
    return _back(agreement_id)


def _page(agreement_id: UUID, errors: Mapping[str, str], status: int = 200, at: UUID | None = None) -> Response:
    who, today = principal(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        row = find_agreement(session, who, agreement_id)
        names, sides = names_of(session, [row.unit_id, row.provider_id]), _parties_to_act_for(who, row)
        members = {side: members_of(session, side) for side in sides}
        follow = _members(members, store.accounts_named_in(session, row.id, vacant_too=True))
        free = _members(members, store.accounts_named_in(session, row.id, vacant_too=False))
        by_days = rules.state_on(row.state, row.terms, today)
        rests = row.id in store.resting_of(session, [row.id])
        values: dict[str, Any] = {
            "agreement": row,
            "points": store.focal_points_of(session, [row.id]),
            "vacant": store.vacant_points_of(session, row.id),
            "handovers": {each.focal_point_id: each for each in store.open_handovers(session, [row.id])},
            "document": store.document_of(session, row.id),
            "renewal": store.renewal_of(session, row.id),
            "names": names,
            "members": members,
            "successors": follow,
            "choices": _choices(free, names),
            "state": rules.shown_state(row.state, row.terms, today, rests=rests),
            "in_force": by_days in rules.IN_FORCE,
            "review_due": rules.review_is_due(by_days, row.review_on, today, closed=row.review_closed),
            "next_review": rules.next_review(row.terms, today),
            "open_actions": open_actions_of(session, who.organization) if who.organization in sides else [],
        }
    return render(
        "partnership/agreement.html",
        status=status,
        errors=errors,
        at=at,
        states=AGREEMENT_WORDS,
        sides=SIDE_WORDS,
        rules=rules,
        in_groups=in_groups,
        today=today,
        typed=request.form,
        **values,
    )


def _refused_successor(refused: Conflict) -> dict[str, str]:
    if isinstance(refused, SuccessorNamed):
        return {"successor": _("A successor was named meanwhile. Nothing was changed.")}
    if isinstance(refused, AlreadyFocalPoint):
        return {"member": _("Choose somebody else: this person is a focal point here already, or is named to be one.")}
    return {"state": _("The agreement has ended meanwhile. Nothing was changed.")}


def _review_words(field: str) -> str:
    return {
        "held_on": _("Enter a day of the agreement, not before the last review and not one ahead."),
        "next_on": _("Enter a day ahead, not after the agreement ends; or leave it empty."),
    }[field]


def _parties_to_act_for(who: Principal, row: Agreement) -> list[UUID]:
    return [each for each in (row.unit_id, row.provider_id) if acts_for(who, each, row.district_code)]


def _choices(members: Mapping[UUID, list[tuple[UUID, str]]], names: Mapping[UUID, str]) -> list[tuple[UUID, str]]:
    """Everybody who can be named; where there are two sides, the side stands behind, as a list may be cut."""
    of_both = [(each, f"{name}, {names[side]}") for side in members for each, name in members[side]]
    return of_both if len(members) > 1 else [one for those in members.values() for one in those]


def _members(members: Mapping[UUID, Sequence[Member]], named: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Of each side whoever can still be named: two focal points are two people."""
    return {
        side: [(each.membership.id, each.account.name) for each in those if each.account.id not in named]
        for side, those in members.items()
    }


def _typed_phone(held: str | None = None) -> tuple[dict[str, str], str]:
    typed = request.form.get("duty_phone", "")
    if held is not None and plain_number(typed) == held:
        return {}, held
    try:
        return {}, read_phone_number(typed, home=HOME_REGION)
    except BadNumber as bad:
        return {"duty_phone": _(WORDS[bad.reason])}, ""


def _back(agreement_id: UUID) -> ResponseReturnValue:
    return see_other(url_for("agreement.show", agreement_id=agreement_id))
