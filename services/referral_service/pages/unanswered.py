"""The coordinator's list: referrals of the own districts that nobody answered. Metadata only, never a person.

What can be done comes from the life-cycle table: forward to another service where the consent covers it, or void.
"""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.lifecycle import NotAllowed, body_of
from referral_service.domain.transition_body import NOTHING_SAID, TransitionBody
from referral_service.domain.vocabulary import VOID_REASONS
from referral_service.pages.sent import seen
from referral_service.store.directory import providers_without_case_worker, stands_in_for
from referral_service.use_cases.act_on_task import act_on_task
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.forward_referral import may_be_asked
from referral_service.use_cases.get_task import get_task
from referral_service.use_cases.list_tasks import count_tasks, list_tasks
from service_kit.errors import FieldError, Invalid, NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.own_origins import own_origins
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.menu_counts import count_response
from service_kit.web.html.render import form_errors, render
from setu.roles import COORDINATOR

blueprint = Blueprint("unanswered", __name__, url_prefix="/unanswered")
ACTS = ("forward", "void")


@blueprint.get("")
@require(COORDINATOR)
def show_list() -> ResponseReturnValue:
    """Due first."""
    who = principal()
    after = request.args.get("after")
    with context().db.transaction(who.scope) as session:
        now = context().clock.now()
        page = list_tasks(session, who, now=now, after=after)
        counted = count_tasks(session, who, now=now)
        unstaffed, _providers = providers_without_case_worker(session, who.districts, 0)
        stood_in_for = stands_in_for(session, who.organization)
    just_done = request.args.get("done")
    return render(
        "referral/unanswered.html",
        conditional=True,
        page=page,
        counted=counted,
        unstaffed=unstaffed,
        stood_in_for=stood_in_for,
        first=after is None,
        just_done=just_done if just_done in ACTS else "",
    )


@blueprint.get("/waiting")
@require(COORDINATOR)
@own_origins
def count_waiting() -> Response:
    """The number in the menu."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_response(count_tasks(session, who, now=context().clock.now()).total)


@blueprint.get("/<uuid:referral_id>")
@require(COORDINATOR)
def show(referral_id: UUID) -> ResponseReturnValue:
    """One of them."""
    return _page(principal(), referral_id, [])


@blueprint.post("/<uuid:referral_id>/<event>")
@require(COORDINATOR)
def act(referral_id: UUID, event: str) -> ResponseReturnValue:
    """Forwards or voids."""
    who = principal()
    if event not in ACTS:
        raise NotFound
    body, missing = _body(event)
    if missing is not None:
        return _page(who, referral_id, [missing], status=422)
    try:
        with context().db.transaction(who.scope) as session:
            version = seen(request.form.get("version", ""))
            now = context().clock.now()
            act_on_task(
                session, who, referral_id, event, body, check=version, dependencies=dependency(Dependencies), now=now
            )
    except (NotAllowed, Invalid, Stale):
        changed = FieldError("actions", _("This is not possible any more. Look again before you choose."))
        return _page(who, referral_id, [changed], status=409)
    return redirect(url_for("unanswered.show_list", done=event), 303)


def _body(event: str) -> tuple[TransitionBody, FieldError | None]:
    if event == "forward":
        service = request.form.get("service", "")
        try:
            return TransitionBody(service_id=UUID(service)), None
        except ValueError:
            return NOTHING_SAID, FieldError("service", _("Choose who shall be asked."))
    reason = request.form.get("reason", "")
    allowed = next(row.codes for row in body_of(event, COORDINATOR))
    return TransitionBody(reason=reason), None if reason in allowed else FieldError("reason", _("Choose a reason."))


def _page(who: Principal, referral_id: UUID, errors: list[FieldError], status: int = 200) -> Response:
    with context().db.transaction(who.scope) as session:
        now = context().clock.now()
        task = get_task(session, who, referral_id, now=now)
        services = may_be_asked(session, task, now)
    return render(
        "referral/unanswered_one.html",
        status=status,
        task=task,
        actions=task.actions(who.organization, who.role),
        services=services,
        errors=form_errors(errors),
        void_reasons=VOID_REASONS,
    )
