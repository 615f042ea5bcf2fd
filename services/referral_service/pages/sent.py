"""The sender's own referrals of 90 days, in the words of the referrer's view and nothing else (rule 1).

Promises: everything shown comes from the view use cases, and who else may help from the public directory; times are
exact, never relative, so that the same state gives the same bytes. When not to use it: for anything a provider did that
the view does not say.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.lifecycle import NotAllowed, body_of
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.eligibility import Wanted
from referral_service.domain.matching.ranking import BEST, Match, rank
from referral_service.domain.release_date import release_flags
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.transition_body import TransitionBody
from referral_service.store.directory import listed_by_id, listed_in
from referral_service.store.sent import count_sent_rows
from referral_service.use_cases.act_as_referrer import act_as_referrer
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.list_sent import list_sent
from referral_service.use_cases.read_sent import read_sent
from service_kit.errors import FieldError, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render
from setu.india import day_in_india
from setu.roles import CUSTODY_HEALTH, REFERRERS

blueprint = Blueprint("sent", __name__, url_prefix="/sent")


@blueprint.get("")
@require(*REFERRERS)
def show_list() -> ResponseReturnValue:
    """Newest first; the cursor is opaque."""
    who, now = principal(), context().clock.now()
    after = request.args.get("after")
    with context().db.transaction(who.scope) as session:
        page = list_sent(session, who, now=now, after=after)
        total = count_sent_rows(session, who, now=now)
    team = who.role == CUSTODY_HEALTH
    return render("referral/sent_list.html", page=page, first=after is None, total=total, team=team)


@blueprint.get("/<uuid:referral_id>")
@require(*REFERRERS)
def show(referral_id: UUID) -> ResponseReturnValue:
    """One referral as its sender may know it."""
    return _page(principal(), referral_id, [], done=request.args.get("done", ""))


@blueprint.post("/<uuid:referral_id>/withdraw")
@require(*REFERRERS)
def withdraw(referral_id: UUID) -> ResponseReturnValue:
    """Takes it back, with a reason."""
    return _act(referral_id, "withdraw", "reason", _("Choose a reason."))


@blueprint.post("/<uuid:referral_id>/answer")
@require("custody_health")
def answer(referral_id: UUID) -> ResponseReturnValue:
    """Answers the provider's coded question."""
    return _act(referral_id, "answer", "answer", _("Choose an answer."))


def _act(referral_id: UUID, event: str, field: str, missing: str) -> ResponseReturnValue:
    who = principal()
    chosen = request.form.get(field, "")
    allowed = next(row.codes for row in body_of(event, who.role) if row.name == field)
    if chosen not in allowed:
        return _page(who, referral_id, [FieldError(field, missing)])
    try:
        with context().db.transaction(who.scope) as session:
            act_as_referrer(
                session,
                who,
                referral_id,
                event,
                TransitionBody(reason=chosen) if field == "reason" else TransitionBody(answer=chosen),
                check=seen(request.form.get("version", "")),
                dependencies=dependency(Dependencies),
                now=context().clock.now(),
            )
    except (NotAllowed, Stale):
        changed = _("This changed in the meantime. Look again before you choose.")
        return _page(who, referral_id, [FieldError(field, changed)], status=409)
    return redirect(url_for("sent.show", referral_id=referral_id, done="answer" if event == "answer" else None), 303)


def seen(version: str) -> Callable[[int], None]:
    """A check that the version on the page is still the present one; raises Stale, as If-Match would."""

    def check(current: int) -> None:
        if version != str(current):
            raise Stale

    return check


def _page(
    who: Principal, referral_id: UUID, errors: list[FieldError], status: int = 422, *, done: str = ""
) -> Response:
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        sent = read_sent(session, who, referral_id, now=now)
        services = _named(listed_by_id(session, sent.asked_services))
        others = _other_services(listed_in(session, sent.district), sent, now) if sent.names_other_services else []
    return render(
        "referral/sent.html",
        sent=sent,
        done=done,
        actions=sent.actions(who.role),
        services=services,
        others=others,
        flags=release_flags(sent.release_on, day_in_india(now)),
        errors=form_errors(errors),
        reasons=next((row.codes for row in body_of("withdraw", who.role)), ()),
        answers=next((row.codes for row in body_of("answer", who.role)), ()),
        status=status if errors else 200,
    )


def _named(found: Mapping[UUID, ListedService]) -> list[ListedService]:
    return sorted(found.values(), key=lambda service: service.name)


def _other_services(listed: Sequence[ListedService], sent: SentReferral, now: datetime) -> list[Match]:
    """Who else may help, by what was asked and the public directory alone, in the order of the form."""
    asked = {sent.service_id, *sent.candidates}
    matches = rank(listed, Wanted(frozenset(sent.needs), sent.district, sent.setting), now)
    return [match for match in matches if match.service.id not in asked][:BEST]
