"""The case worker's inbox and one referral: what is due first, what was asked, what can be done.

Promises: a GET never opens a referral; the buttons are those that the life-cycle table allows now; every act carries
the version that the reader saw. A ghost (consent withdrawn, or voided) is answered as it would have been.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain import lifecycle
from referral_service.domain.vocabulary import CASE_WORKER, ENDED, PERSON_DECLINED, UNDECIDED, WORKING, Status
from referral_service.domain.wall import TaskView
from referral_service.pages.acting import fields_of, read_body
from referral_service.pages.sent import seen
from referral_service.use_cases.act_on_task import act_on_task
from referral_service.use_cases.get_task import get_attempts, get_history, get_possibly_same, get_questions, get_task
from referral_service.use_cases.list_tasks import list_tasks
from referral_service.use_cases.means import web_means
from referral_service.use_cases.read_directory import services_by_id
from referral_service.use_cases.read_identity import read_identity
from service_kit.web.auth import Principal, principal, require
from service_kit.web.context import context
from service_kit.web.i18n import gettext as _
from service_kit.web.pages import form_errors, render
from service_kit.web.problems import FieldError, Problem, not_found

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
SHOWN = {
    "waiting": UNDECIDED,
    "with_us": WORKING,
    "ended": ENDED,
}
"""Which part of the inbox → the statuses in it. Never a filter by need: needs do not stand in addresses."""


@blueprint.get("")
@require(CASE_WORKER)
def show_list() -> ResponseReturnValue:
    """What is due, in order of due time; asked again by a script every ten seconds."""
    who = principal()
    shown = request.args.get("show", "")
    return render("referral/inbox.html", conditional=True, **_list(who, shown, request.args.get("after")))


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
    person = read_identity(context().db, who, referral_id, means=web_means(), now=context().clock.now())
    return _page(who, referral_id, person=person)


@blueprint.post("/<uuid:referral_id>/<event>")
@require(CASE_WORKER)
def act(referral_id: UUID, event: str) -> ResponseReturnValue:
    """Does what the button says, at the version that was shown."""
    who = principal()
    if who.role not in lifecycle.who_may(event):
        raise not_found()
    body, errors = read_body(event, who.role, request.form)
    if errors:
        return _page(who, referral_id, errors=errors, tried=event, status=422)
    try:
        with context().db.transaction(who.scope) as session:
            version = seen(request.form.get("version", ""))
            now = context().clock.now()
            act_on_task(session, who, referral_id, event, body, check=version, means=web_means(), now=now)
    except (lifecycle.NotAllowed, Problem) as refused:
        if isinstance(refused, Problem) and refused.status != 412:
            raise
        changed = FieldError("actions", _("This changed in the meantime. Look again before you choose."))
        return _page(who, referral_id, errors=[changed], status=409)
    return redirect(url_for("inbox.show", referral_id=referral_id), 303)


def _list(who: Principal, shown: str, after: str | None = None) -> dict[str, Any]:
    states = SHOWN.get(shown, UNDECIDED | WORKING)
    waiting = shown not in {"ended", "with_us"}
    with context().db.transaction(who.scope) as session:
        now = context().clock.now()
        page = list_tasks(session, who, now=now, states=sorted(states), after=after, with_ghosts=waiting)
    may_accept = {task.id: "accept" in task.actions(who.organization, who.role) for task in page.items}
    return {
        "page": page,
        "may_accept": may_accept,
        "shown": shown if shown in SHOWN else "",
        "first": after is None,
        "parts": list(SHOWN),
    }


def _page(
    who: Principal,
    referral_id: UUID,
    *,
    person: object = None,
    errors: list[FieldError] | None = None,
    tried: str = "",
    status: int = 200,
) -> Response:
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        task = get_task(session, who, referral_id, now=now)
        values: dict[str, Any] = {
            "history": get_history(session, referral_id),
            "attempts": get_attempts(session, referral_id),
            "questions": get_questions(session, referral_id),
            "same_as": get_possibly_same(session, referral_id),
            "services": list(services_by_id(session, _own_services(task, who)).values()),
        }
    undecided = task.status in UNDECIDED
    actions = task.actions(who.organization, who.role)
    return render(
        "referral/task.html",
        status=status,
        task=task,
        person=person,
        errors=form_errors(errors or []),
        tried=tried,
        undecided=undecided,
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
