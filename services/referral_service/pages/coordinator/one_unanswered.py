"""One referral that needs a coordinator's hand: who had it, and what the life-cycle table lets the coordinator do.

Promises: no person, no need, and no service whose name would tell one (`domain/forward_choice.py`); a form that is
refused is shown again with what was ticked.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from referral_service.domain.candidates import MOST_CANDIDATES
from referral_service.domain.coordinator_list import Hand
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.reasons_and_outcomes import SETTLE_REASONS, VOID_REASONS
from referral_service.domain.status import UNDECIDED
from referral_service.domain.transition_body import NOTHING_SAID, TransitionBody
from referral_service.pages.sent import seen
from referral_service.pages.transition_forms import read_body
from referral_service.use_cases.act_on_task import act_on_task
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.find_forward_choice import find_forward_choice
from referral_service.use_cases.get_task import get_task
from referral_service.use_cases.list_services_asked import list_services_asked
from referral_service.use_cases.log_refused_forward import log_refused_forward
from service_kit.errors import FieldError, Invalid, NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render
from setu.roles import COORDINATOR

blueprint = Blueprint("one_unanswered", __name__, url_prefix="/unanswered")
ACTS = ("forward", "settle", "void")


@blueprint.get("/<uuid:referral_id>")
@require(COORDINATOR)
def show(referral_id: UUID) -> ResponseReturnValue:
    """Who had it, and the forms."""
    return _page(principal(), referral_id, [])


@blueprint.post("/<uuid:referral_id>/<event>")
@require(COORDINATOR)
def act(referral_id: UUID, event: str) -> ResponseReturnValue:
    """Forwards, settles or voids."""
    who = principal()
    if event not in ACTS:
        raise NotFound
    body, errors = _read_choice(request.form) if event == "forward" else read_body(event, COORDINATOR, request.form)
    if errors:
        return _page(who, referral_id, errors, status=422, failed=event)
    db, now = context().db, context().clock.now()
    version = seen(request.form.get("version", ""))
    try:
        with log_refused_forward(db, who, referral_id, event, now), db.transaction(who.scope) as session:
            act_on_task(
                session, who, referral_id, event, body, check=version, dependencies=dependency(Dependencies), now=now
            )
    except (NotAllowed, Invalid, Stale):
        changed = FieldError("actions", _("This is not possible any more. Look again before you choose."))
        return _page(who, referral_id, [changed], status=409)
    return redirect(url_for("unanswered.show_list", done=event, show=_kept().get("show")), 303)


def _read_choice(form: MultiDict[str, str]) -> tuple[TransitionBody, Sequence[FieldError]]:
    """The services that were ticked; nobody where Setu shall pick."""
    if form.get("picks") == "setu":
        return NOTHING_SAID, []
    try:
        ticked = [UUID(service) for service in form.getlist("service")]
    except ValueError:
        ticked = []
    if not 1 <= len(ticked) <= MOST_CANDIDATES:
        return NOTHING_SAID, [FieldError("service", _("Tick one to five services, or let Setu choose."))]
    return TransitionBody(candidates=ticked), []


def _page(
    who: Principal, referral_id: UUID, errors: Sequence[FieldError], status: int = 200, failed: str = ""
) -> Response:
    """`failed` is the event whose form has the errors."""
    with context().db.transaction(who.scope) as session:
        shown = _read(session, who, referral_id)
    return render(
        "referral/coordinator/one_unanswered.html",
        status=status,
        errors=form_errors(errors),
        failed=failed,
        ticked=request.form.getlist("service"),
        settle_reasons=SETTLE_REASONS,
        void_reasons=VOID_REASONS,
        kept=_kept(),
        **shown,
    )


def _kept() -> dict[str, str]:
    """The kind of list from which one came, to go on with it."""
    return {"show": request.args["show"]} if request.args.get("show") in list(Hand) else {}


def _read(session: Session, who: Principal, referral_id: UUID) -> Mapping[str, Any]:
    now = context().clock.now()
    task = get_task(session, who, referral_id, now=now)
    actions = task.actions(who.organization, who.role)
    asked = list_services_asked(session, who, task)
    choice = None
    if "forward" in actions:
        choice = find_forward_choice(session, who, task, dependencies=dependency(Dependencies), now=now)
    is_late = task.status in UNDECIDED and task.due <= now
    return {"task": task, "actions": actions, "asked": asked, "choice": choice, "is_late": is_late}
