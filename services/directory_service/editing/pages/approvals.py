"""Approvals: what new providers of the own districts want to change, before and after, and pending organisations.

A coordinator decides about both; a data officer approves organisations, and sees no change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory_service.accounts.domain.sign_in import TooManyTries
from directory_service.accounts.store.accounts import district_names
from directory_service.accounts.use_cases.count_attempts import callback_code_counts, count_try
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.editing.domain.approval import REFUSALS
from directory_service.editing.domain.organization_approval import WRONG_CODE, ApprovalRefused
from directory_service.editing.pages.change_words import (
    ChangeWords,
    ReferenceNames,
    change_words,
)
from directory_service.editing.pages.our_services import not_found_as_404
from directory_service.editing.pages.refusal_words import REFUSAL_WORDS
from directory_service.editing.pages.waiting_organizations import REFUSED, gone_words, parts_of, shown_organization
from directory_service.editing.use_cases.approve_organization import (
    approve_organization,
    audit_refused_approval,
    how_many_to_approve,
    look_at_waiting,
)
from directory_service.editing.use_cases.decide_change import (
    PendingChange,
    approve_change,
    how_many_wait,
    refuse_change,
    waiting_changes,
)
from directory_service.editing.use_cases.editable import (
    IdTaken,
    Stale,
    changes_of,
)
from directory_service.editing.use_cases.find_decided import NotPending, name_of_approved
from directory_service.editing.use_cases.own_organization import NameInForeignLetters, NameTaken
from directory_service.listings.domain.history import Difference
from directory_service.listings.store.location_names import place_names
from directory_service.organizations.use_cases.extend_reach import extend_reach
from service_kit.identity import Principal
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render, see_other
from setu.roles import COORDINATOR, TITLES, TWO_PEOPLE

blueprint = Blueprint("approvals", __name__, template_folder="templates", url_prefix="/approvals")


@blueprint.get("")
@require(*TWO_PEOPLE)
def show() -> ResponseReturnValue:
    """The queue, longest waiting first."""
    return _page({}, done=request.args.get("done", ""), approved_id=request.args.get("organization", type=UUID))


def count_waiting() -> int:
    """The number beside "Approvals" in the menu of all three services: changes, and what this person may approve."""
    who, now = _reader(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        changes = how_many_wait(session, who) if who.role == COORDINATOR else 0
        return changes + how_many_to_approve(session, who, now)


@blueprint.post("/<uuid:request_id>/approve")
@require(COORDINATOR)
def approve(request_id: UUID) -> ResponseReturnValue:
    """Let the change through, as it was seen."""
    who, now, form = _reader(), context().clock.now(), request.form
    try:
        with context().db.transaction(who.scope) as session, not_found_as_404():
            establish = form.get("establish") == "yes"
            approve_change(session, who, request_id, now, seen=form.get("seen", ""), establish=establish)
    except Stale:
        return _page({}, 409, stale=True)
    except IdTaken:
        taken = _("Another provider has taken this service's number meanwhile. Refuse it, and ask for it anew.")
        return _page({f"reason.{request_id}": taken}, 409)
    except (NameTaken, NameInForeignLetters):
        taken = _(
            "This name cannot be taken: another provider of the state has it by now, or a letter of it is Greek or"
            " Cyrillic. Refuse the change, and the provider asks for another name."
        )
        return _page({f"reason.{request_id}": taken}, 409)
    return see_other(url_for("approvals.show", done="approved"))


@blueprint.post("/<uuid:request_id>/refuse")
@require(COORDINATOR)
def refuse(request_id: UUID) -> ResponseReturnValue:
    """Leave the listing as it is, and say why."""
    who, now, form = _reader(), context().clock.now(), request.form
    reason = form.get(f"reason.{request_id}", "")
    if reason not in REFUSALS:
        return _page({f"reason.{request_id}": _("Choose why, so that the provider knows what to do.")}, 422)
    try:
        with context().db.transaction(who.scope) as session, not_found_as_404():
            refuse_change(session, who, request_id, reason, now, seen=form.get("seen", ""))
    except Stale:
        return _page({}, 409, stale=True)
    return see_other(url_for("approvals.show", done="refused"))


@blueprint.post("/organizations/<uuid:organization_id>/approve")
@require(*TWO_PEOPLE)
def approve_pending(organization_id: UUID) -> ResponseReturnValue:
    """Approve an organisation as the second person, with its services as they stand."""
    who, now, form = _reader(), context().clock.now(), request.form
    dependencies = dependency(Dependencies)
    codes = {name.removeprefix("code."): typed for name, typed in form.items() if name.startswith("code.")}
    try:
        count_try(context().db, callback_code_counts(dependencies, who.account, organization_id), now)
        with context().db.transaction(who.scope) as session, not_found_as_404():
            seen = form.get("seen", "")
            approve_organization(session, dependencies, who, organization_id, now, seen=seen, codes=codes)
    except NotPending as gone:
        return _page({}, 409, gone=gone_words(gone))
    except TooManyTries as refused_now:
        return _too_many(organization_id, refused_now)
    except ApprovalRefused as refused:
        with context().db.transaction(who.scope) as session:
            audit_refused_approval(session, who, organization_id, refused, now)
        status = 422 if refused.reason == WRONG_CODE else 403
        return _page({f"organization.{organization_id}": _(REFUSED[refused.reason])}, status)
    except Stale:
        return _page({}, 409, stale=True)
    return see_other(url_for("approvals.show", done="organization", organization=organization_id))


def _too_many(organization_id: UUID, refused: TooManyTries) -> Response:
    words = _("Too many tries. Wait a quarter of an hour, and ring again.")
    page = _page({f"organization.{organization_id}": words}, 429)
    page.headers["Retry-After"] = str(refused.seconds)
    return page


def _reader() -> Principal:
    return extend_reach(context().db, principal())


def _page(
    errors: dict[str, str],
    status: int = 200,
    *,
    done: str = "",
    approved_id: UUID | None = None,
    stale: bool = False,
    gone: str = "",
) -> Response:
    who, coordinates = _reader(), principal().role == COORDINATOR
    with context().db.transaction(who.scope) as session:
        asked = waiting_changes(session, who) if coordinates else []
        total = how_many_wait(session, who) if coordinates else 0
        pending = look_at_waiting(session, who, context().clock.now())
        parts = {each.row.id: parts_of(each) for each in pending}
        changes = [change for each in asked for change in changes_of(each.request)]
        changes += [change for said in parts.values() for _name, those in said for change in those]
        owners = {each.organization.id for each in asked} | parts.keys()
        approved_name = name_of_approved(session, who, approved_id) if approved_id else ""
        known = NamesOnPage.of(session, owners, changes, [each.row.district_code for each in pending])
    waiting = [(each, _words(each, known)) for each in asked]
    organizations = [shown_organization(each, parts[each.row.id], known.at(each.row.id)) for each in pending]
    reasons = [(code, _(REFUSAL_WORDS[code])) for code in REFUSALS]
    return render(
        "editing/approvals.html",
        status=status,
        coordinates=coordinates,
        waiting=waiting,
        total=total,
        organizations=organizations,
        districts=known.districts,
        role_names=TITLES,
        reasons=reasons,
        errors=errors,
        done=done,
        approved_name=approved_name,
        stale=stale,
        gone=gone,
    )


@dataclass(frozen=True)
class NamesOnPage:
    """What districts (by LGD code, as text) and places are called, looked up once for all that a page shows."""

    districts: Mapping[str, str]
    places: Mapping[UUID, Mapping[str, str]]

    @classmethod
    def of(
        cls, session: Session, owners: Collection[UUID], changes: Sequence[Difference], codes: Sequence[int]
    ) -> "NamesOnPage":
        """For somebody who may not know a confidential place's name."""
        said = [
            value for each in changes for value in (each.before, each.after) if each.top in {"districts", "district"}
        ]
        named = [code for value in said for code in (value if isinstance(value, list) else [value]) if code]
        return cls(district_names(session, [*codes, *named], language()), place_names(session, owners))

    def at(self, owner: UUID) -> ReferenceNames:
        """What stands in this organisation's changes."""
        return ReferenceNames({int(code): name for code, name in self.districts.items()}, self.places[owner])


def _words(asked: PendingChange, known: NamesOnPage) -> list[ChangeWords]:
    changes = changes_of(asked.request)
    shown = [Difference(each.field, _live(asked, each), each.after) for each in changes]
    return change_words(shown, known.at(asked.organization.id))


def _live(asked: PendingChange, change: Difference) -> object:
    """What stands there now, which may not be what stood there when the change was asked for."""
    top, _dot, key = change.field.partition(".")
    value = asked.live.get(top)
    return value.get(key) if key and isinstance(value, dict) else value
