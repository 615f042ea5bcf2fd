"""The case worker's inbox and one referral: what is due first, what was asked, what can be done.

Promises: a GET never opens a referral; the buttons are those that the life-cycle table allows now; every act carries
the version that the reader saw; an attempt that is recorded beside an open identity leaves it open. A ghost (consent
withdrawn, or voided) is answered as it would have been.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from referral_service.domain import lifecycle
from referral_service.domain.vocabulary import ENDED, PERSON_DECLINED, UNDECIDED, WORKING, Status
from referral_service.domain.wall import TaskView
from referral_service.pages.sent import seen
from referral_service.pages.transition_forms import fields_of, read_body
from referral_service.store import tasks
from referral_service.store.directory import listed_by_id
from referral_service.store.sealed import references_with_same_contact
from referral_service.store.voices import unanswered_voices
from referral_service.use_cases.act_on_task import act_on_task
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.get_task import get_task
from referral_service.use_cases.list_tasks import TaskCount, count_tasks, list_tasks
from referral_service.use_cases.read_identity import read_identity
from service_kit.errors import FieldError, Invalid, NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.own_origins import own_origins
from service_kit.web.access.require import has_fresh_second_factor, principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.menu_counts import count_response
from service_kit.web.html.render import form_errors, render
from setu.roles import CASE_WORKER

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
SHOWN = {
    "waiting": UNDECIDED,
    "with_us": WORKING,
    "ended": ENDED,
}
"""Which part of the inbox → the statuses in it. Never a filter by need: needs do not stand in addresses."""
BESIDE_IDENTITY = "contact"
"""The event whose form stands beside an open identity; a look lasts 30 minutes (rule 5)."""


@blueprint.get("")
@require(CASE_WORKER)
def show_list() -> ResponseReturnValue:
    """What is due, in order of due time; asked again by a script every ten seconds."""
    who = principal()
    shown = request.args.get("show", "")
    return render("referral/inbox.html", conditional=True, **_list(who, shown, request.args.get("after")))


@blueprint.get("/waiting")
@require(CASE_WORKER)
@own_origins
def count_waiting() -> Response:
    """The number in the menu: what still waits for an answer."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_response(_count(session, who, "waiting").total)


@blueprint.get("/<uuid:referral_id>")
@require(CASE_WORKER)
def show(referral_id: UUID) -> ResponseReturnValue:
    """One referral, as its status allows."""
    return _page(principal(), referral_id)


@blueprint.get("/<uuid:referral_id>/identity")
@require(CASE_WORKER, fresh_second_factor=True)
def identity(referral_id: UUID) -> ResponseReturnValue:
    """The same page with the person's name and contact; each reading is logged."""
    who = principal()
    return _page(who, referral_id, person=_look(who, referral_id))


@blueprint.post("/<uuid:referral_id>/<event>")
@require(CASE_WORKER)
def act(referral_id: UUID, event: str) -> ResponseReturnValue:
    """Does what the button says, at the version that was shown."""
    who = principal()
    if who.role not in lifecycle.who_may(event):
        raise NotFound
    beside = event == BESIDE_IDENTITY and "beside_identity" in request.form and has_fresh_second_factor(who)
    body, errors = read_body(event, who.role, request.form)
    if errors:
        return _show_errors(who, referral_id, event, errors, beside=beside)
    try:
        with context().db.transaction(who.scope) as session:
            version = seen(request.form.get("version", ""))
            now = context().clock.now()
            act_on_task(
                session, who, referral_id, event, body, check=version, dependencies=dependency(Dependencies), now=now
            )
    except Invalid as refused:
        return _show_errors(who, referral_id, event, [_out_of_range(error) for error in refused.errors], beside=beside)
    except (lifecycle.NotAllowed, Stale):
        changed = FieldError("actions", _("This changed in the meantime. Look again before you choose."))
        return _page(who, referral_id, errors=[changed], status=409)
    if beside:
        return redirect(url_for("inbox.identity", referral_id=referral_id, _anchor="person"), 303)
    return redirect(url_for("inbox.show", referral_id=referral_id), 303)


def _show_errors(
    who: Principal, referral_id: UUID, event: str, errors: Sequence[FieldError], *, beside: bool
) -> Response:
    """The form once more with what was typed; the identity beside it stays open."""
    person = _look(who, referral_id) if beside else None
    return _page(who, referral_id, person=person, errors=errors, tried=event, status=422)


def _out_of_range(error: FieldError) -> FieldError:
    return FieldError(error.field, _("This day does not fit: a contact lies behind, an appointment or review ahead."))


def _look(who: Principal, referral_id: UUID) -> Mapping[str, Any]:
    """The identity, unsealed; each look is logged."""
    return read_identity(
        context().db, who, referral_id, dependencies=dependency(Dependencies), now=context().clock.now()
    )


def _count(session: Session, who: Principal, part: str) -> TaskCount:
    now = context().clock.now()
    return count_tasks(session, who, now=now, states=sorted(SHOWN[part]), with_ghosts=part == "waiting")


def _list(who: Principal, shown: str, after: str | None = None) -> dict[str, Any]:
    states = SHOWN.get(shown, UNDECIDED | WORKING)
    waiting = shown not in {"ended", "with_us"}
    with context().db.transaction(who.scope) as session:
        now = context().clock.now()
        page = list_tasks(session, who, now=now, states=sorted(states), after=after, with_ghosts=waiting)
        counts = {part: _count(session, who, part) for part in SHOWN}
    open_ones = [counts[part] for part in SHOWN if part != "ended"]
    listed = [counts[shown]] if shown in SHOWN else open_ones
    return {
        "page": page,
        "may_accept": {task.id: "accept" in task.actions(who.organization, who.role) for task in page.items},
        "shown": shown if shown in SHOWN else "",
        "first": after is None,
        "counts": {part: counted.total for part, counted in counts.items()},
        "listed": sum(counted.total for counted in listed),
        "total": sum(counted.total for counted in open_ones),
        "newest": max((counted.newest for counted in open_ones if counted.newest), default=None),
    }


def _page(
    who: Principal,
    referral_id: UUID,
    *,
    person: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    tried: str = "",
    status: int = 200,
) -> Response:
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        task = get_task(session, who, referral_id, now=now)
        values: dict[str, Any] = {
            "history": tasks.history(session, referral_id),
            "attempts": tasks.attempts(session, referral_id),
            "questions": tasks.questions(session, referral_id),
            "voices": unanswered_voices(session, referral_id),
            "same_as": references_with_same_contact(session, referral_id),
            "services": list(listed_by_id(session, _own_services(task, who)).values()),
        }
    undecided = task.status in UNDECIDED
    actions = task.actions(who.organization, who.role)
    return render(
        "referral/task.html",
        status=status,
        task=task,
        person=person,
        errors=form_errors(errors),
        tried=tried,
        undecided=undecided,
        beside_identity=BESIDE_IDENTITY if person else "",
        may_look=task.organization_id == who.organization and not task.ghost and task.status != Status.REJECTED,
        said_no=PERSON_DECLINED,
        forms={event: fields_of(event, who.role, undecided=undecided) for event in actions},
        actions=actions,
        typed=request.form,
        **values,
        **_list(who, ""),
    )


def _own_services(task: TaskView, who: Principal) -> list[UUID]:
    """The service that was asked; of a referral that nobody has claimed, the own candidates."""
    if task.service_id is not None:
        return [task.service_id]
    candidates = zip(task.candidate_organizations, task.candidate_services, strict=True)
    return [service for organization, service in candidates if organization == who.organization]
