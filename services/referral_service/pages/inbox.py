"""The case worker's inbox and one referral: what is due first, what was asked, what can be done.

Promises: a GET never opens a referral; the buttons are those that the life-cycle table allows now; every act carries
the version that the reader saw; an attempt that is recorded beside an open identity leaves it open. A ghost (consent
withdrawn, or voided) is answered as it would have been.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain import lifecycle
from referral_service.domain.desk.in_person import met_before, met_today
from referral_service.domain.identity import Identity
from referral_service.domain.identity_access import DESK_IDENTITY_ACCESS_LASTS
from referral_service.domain.reasons_and_outcomes import PERSON_DECLINED
from referral_service.domain.status import UNDECIDED
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import LONGEST_NOTE
from referral_service.domain.worklist import Part
from referral_service.pages import identity_access, inbox_list, session_marks
from referral_service.pages.inbox_tag import inbox_tag
from referral_service.pages.sent import seen
from referral_service.pages.transition_forms import fields_of, read_body
from referral_service.pages.words import say
from referral_service.store import task_history
from referral_service.store.directory import listed_by_id, names_of_organizations
from referral_service.store.possibly_same_as import possibly_same_as
from referral_service.store.task_history import AttemptLine
from referral_service.store.team_members import list_team
from referral_service.store.voices import unanswered_voices
from referral_service.store.worklist import count_worklist_rows
from referral_service.use_cases.act_on_task import act_on_task, start_with_attempt
from referral_service.use_cases.case_notes import CaseNote, read_notes
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.decide_request import EMERGENCY
from referral_service.use_cases.get_task import get_task
from referral_service.use_cases.read_identity import read_identity
from service_kit.errors import FieldError, Invalid, NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.fresh_second_factor import has_fresh_second_factor
from service_kit.web.access.require import principal, require
from service_kit.web.access.sessions import is_vouched_for
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.html.i18n import asked_to_show
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render, see_other
from service_kit.web.html.sent_form import shows_again
from setu.roles import CASE_WORKER

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
ANSWERS = frozenset({"open", "claim", "accept", "decline"})
"""What a ghost's page offers: to answer as one would have. The table allows more, and the API with it."""
ATTEMPT = "contact"
"""The event whose form stands beside the phone number."""
FIRST_CONTACT = "first_contact_made"
"""The tick beside it: whoever was met or reached need not be said to be contacted once more."""
RECORDED = frozenset({ATTEMPT, "note", "assign"})
"""What changes nothing on top of the page, so that it is confirmed there."""
BESIDE_IDENTITY = frozenset({ATTEMPT, "note", "start", "hold", "resume", "assign"})
"""What leaves an open identity open: the work goes on, and access lasts 30 minutes (rule 5)."""


@blueprint.get("")
@require(CASE_WORKER)
def show_list() -> ResponseReturnValue:
    """What is due, in order of due time; asked again by a script every ten seconds, nearly always for a 304."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        tag = inbox_tag(session, who, now)
        if if_none_match(tag):
            return not_modified(tag)
        only = inbox_list.find_by_reference(session, who, request.args.get("reference", ""), now=now)
        if only is not None:
            return see_other(url_for("inbox.show", referral_id=only))
        values = inbox_list.worklist_values(session, who, request.args, now=now)
    return set_etag(render("referral/inbox.html", **values), tag)


def count_waiting() -> int:
    """The number in the menu: what still waits for an answer."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        return count_worklist_rows(session, who, now).of[Part.WAITING]


@blueprint.get("/<uuid:referral_id>")
@require(CASE_WORKER)
def show(referral_id: UUID) -> ResponseReturnValue:
    """One referral, as its status allows."""
    return _page(principal(), referral_id)


@blueprint.get("/<uuid:referral_id>/identity")
@require(CASE_WORKER, fresh_second_factor=True, vouched_for=True)
def identity(referral_id: UUID) -> ResponseReturnValue:
    """The same page with the person's name and contact; each access is logged, and lasts 30 minutes."""
    who = principal()
    page = _page(who, referral_id, person=_read_identity(who, referral_id))
    return page if identity_access.goes_on(who, referral_id) else identity_access.begin(page, who, referral_id)


@blueprint.get("/<uuid:referral_id>/withdraw-consent")
@require(CASE_WORKER)
def ask_withdrawal(referral_id: UUID) -> ResponseReturnValue:
    """Ask before the consent is taken back; where a script runs, its undo stands for the question."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        task = get_task(session, who, referral_id, now=context().clock.now())
    if "withdraw-consent" not in task.actions(who.organization, who.role):
        return see_other(url_for("inbox.show", referral_id=referral_id))
    return render("referral/withdraw_consent.html", task=task)


@blueprint.errorhandler(NotFound)
def say_not_with_you(_absent: NotFound) -> Response:
    """One page for what is another's, taken by another, or nowhere (rule 3)."""
    return render("referral/not_with_you.html", status=404)


@blueprint.post("/<uuid:referral_id>/<event>")
@require(CASE_WORKER)
@shows_again
def act(referral_id: UUID, event: str) -> ResponseReturnValue:
    """Does what the button says, at the version that was shown."""
    who = principal()
    if who.role not in lifecycle.who_may(event):
        raise NotFound
    may_read = has_fresh_second_factor(who) and is_vouched_for()
    beside = event in BESIDE_IDENTITY and "beside_identity" in request.form and may_read
    body, errors = read_body(event, who.role, request.form)
    if errors or asked_to_show():
        return _show_errors(who, referral_id, event, errors, beside=beside)
    try:
        session_marks.check_mark(request.form.get(session_marks.FIELD))
        with context().db.transaction(who.scope) as session:
            version = seen(request.form.get("version", ""))
            now = context().clock.now()
            made = dependency(Dependencies)
            task = act_on_task(session, who, referral_id, event, body, check=version, dependencies=made, now=now)
            if event == ATTEMPT and FIRST_CONTACT in request.form:
                start_with_attempt(session, who, task, body, dependencies=made, now=now)
    except Invalid as refused:
        return _show_errors(who, referral_id, event, [_out_of_range(error) for error in refused.errors], beside=beside)
    except (lifecycle.NotAllowed, Stale) as refused:
        lacking = getattr(refused, "field", None)
        if lacking is not None:
            return _show_errors(who, referral_id, event, [FieldError(lacking, say("MISSING", lacking))], beside=beside)
        return _show_again(who, referral_id, event, refused)
    kept = inbox_list.kept_query(request.args) | ({"recorded": event} if event in RECORDED else {})
    if beside or "then_look" in request.form:
        return see_other(url_for("inbox.identity", referral_id=referral_id, **kept, _anchor="person"))
    return see_other(url_for("inbox.show", referral_id=referral_id, **kept))


def _show_errors(
    who: Principal, referral_id: UUID, event: str, errors: Sequence[FieldError], *, beside: bool
) -> Response:
    """The form once more with what was typed; the identity beside it stays open."""
    person = _read_identity(who, referral_id) if beside else None
    return _page(who, referral_id, person=person, errors=errors, tried=event, status=422)


def _show_again(who: Principal, referral_id: UUID, event: str, refused: Exception) -> Response:
    """The referral as it is now, and what was typed, as long as there is a form for it."""
    with context().db.transaction(who.scope) as session:
        task = get_task(session, who, referral_id, now=context().clock.now())
    fields = fields_of(event, who.role, task.status) if event in _offered(task, who) else ()
    if isinstance(refused, session_marks.OtherSession):
        changed = _("You signed in again after this page was shown. Look at it once more, then send it.")
    else:
        changed = _("This changed in the meantime. Look again before you choose.")
    error = FieldError(fields[0].name if fields else "actions", changed)
    return _page(who, referral_id, errors=[error], tried=event if fields else "", status=409)


def _out_of_range(error: FieldError) -> FieldError:
    return FieldError(error.field, say("OUT_OF_RANGE", error.field))


def _read_identity(who: Principal, referral_id: UUID) -> Identity:
    """The identity, unsealed; each access is logged, at its beginning."""
    return read_identity(
        context().db,
        who,
        referral_id,
        dependencies=dependency(Dependencies),
        now=context().clock.now(),
        goes_on=identity_access.goes_on(who, referral_id),
    )


def _notes(who: Principal, referral_id: UUID) -> Sequence[CaseNote]:
    """What the own team wrote; shown beside an open identity alone."""
    return read_notes(
        context().db,
        who,
        referral_id,
        dependencies=dependency(Dependencies),
        now=context().clock.now(),
        goes_on=identity_access.goes_on(who, referral_id),
    )


def _page(
    who: Principal,
    referral_id: UUID,
    *,
    person: Identity | None = None,
    errors: Sequence[FieldError] = (),
    tried: str = "",
    status: int = 200,
) -> Response:
    now = context().clock.now()
    notes = _notes(who, referral_id) if person else ()
    with context().db.transaction(who.scope) as session:
        task = get_task(session, who, referral_id, now=now)
        values: dict[str, Any] = {
            "history": task_history.history(session, referral_id),
            "attempts": task_history.attempts(session, referral_id),
            "questions": task_history.questions(session, referral_id),
            "voices": unanswered_voices(session, referral_id),
            "possibly_same_as": possibly_same_as(session, task, who.organization),
            "team": list_team(session, who.organization),
            "services": list(listed_by_id(session, _own_services(task, who)).values()),
            "prisons": names_of_organizations(session, [task.prison_id] if task.prison_id else []),
            **inbox_list.worklist_values(session, who, inbox_list.kept_query(request.args), now=now),
        }
    undecided = task.status in UNDECIDED
    actions = _offered(task, who)
    return render(
        "referral/task.html",
        status=status,
        task=task,
        person=person,
        notes=notes,
        errors=form_errors(errors),
        tried=tried,
        typed_form=f"form-{tried}" if tried in actions and not (tried == "fail" and undecided) else "",
        undecided=undecided,
        as_candidate=task.is_seen_by_candidate(who.role),
        attempt=ATTEMPT,
        beside_identity=BESIDE_IDENTITY if person else (),
        may_open_identity=task.identity_open and task.organization_id == who.organization,
        opens_identity=_opens_identity(task, actions),
        longest_note=LONGEST_NOTE,
        met_before=met_before(values["attempts"], who.account, now),
        met_today=met_today(values["attempts"], who.account, now),
        recorded=_recorded(values["attempts"]) if not errors else "",
        me=who.account,
        may_take="assign" in actions and who.account in {one.account_id for one in values["team"]} - {task.assigned_to},
        contact_is_open=not task.ghost
        and any(line.event == EMERGENCY and now < line.at + DESK_IDENTITY_ACCESS_LASTS for line in values["history"]),
        card_shown=request.args.get("card") == "shown",
        said_no=PERSON_DECLINED,
        forms={event: fields_of(event, who.role, task.status) for event in actions},
        actions=actions,
        typed=request.form,
        **values,
    )


def _recorded(attempts: Sequence[AttemptLine]) -> str:
    """What was recorded just now, in words; empty where nothing was."""
    event = request.args.get("recorded")
    if event == ATTEMPT and attempts:
        return say("CONTACT_RESULT", attempts[-1].result)
    return say("HAPPENED", event) if event in RECORDED else ""


def _opens_identity(task: TaskView, actions: Sequence[str]) -> str:
    """The event that opens it and shows the identity at once; empty where there is none to show."""
    if task.ghost or task.identity_open or task.forwarded_from is not None:
        return ""
    return next((event for event in ("claim", "open") if event in actions), "")


def _offered(task: TaskView, who: Principal) -> Sequence[str]:
    """The buttons: what the table allows, but of a ghost only its answers, for its page says: nobody is contacted."""
    allowed = task.actions(who.organization, who.role)
    return [event for event in allowed if event in ANSWERS] if task.ghost else allowed


def _own_services(task: TaskView, who: Principal) -> list[UUID]:
    """The service that was asked; of a referral that nobody has claimed, the own candidates."""
    if task.service_id is not None:
        return [task.service_id]
    candidates = zip(task.candidate_organizations, task.candidate_services, strict=True)
    return [service for organization, service in candidates if organization == who.organization]
