"""`/deliveries`: did the messages arrive? For the manager of the receiving organisation and the coordinator.

A log with filters, each message with its tries and its text, and a way to send again what was given up. No address and
no name: a recipient is a role.
"""

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from notification_service.domain.notices import OUTGOING
from notification_service.domain.references import group_reference
from notification_service.domain.retry_schedule import LEASE
from notification_service.pages import notice_words
from notification_service.pages.tries import number_tries
from notification_service.settings import Settings
from notification_service.store import delivery_log
from notification_service.store.delivery_log import STATES, Wanted
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.resend_messages import NotFailedError, find_delivery, reader_of, replay, resend_one
from notification_service.use_cases.write_mail import write_text
from service_kit import cursor
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import _
from service_kit.web.html.render import form_errors, render
from service_kit.web.parked_pages import REPLAY_REASONS
from setu.india import INDIA, midnight_in_india
from setu.roles import INTEGRATION_MANAGERS, TITLES

PER_PAGE = 25
blueprint = Blueprint("delivery_pages", __name__, url_prefix="/deliveries", template_folder="templates")


@blueprint.get("")
@require(*INTEGRATION_MANAGERS)
def show() -> ResponseReturnValue:
    """The log, filtered as the address says."""
    return _log()


@blueprint.get("/<uuid:delivery_id>")
@require(*INTEGRATION_MANAGERS)
def show_one(delivery_id: UUID) -> ResponseReturnValue:
    """One message: what was sent, to whom by role, and every try."""
    return _delivery_page(find_delivery(context(), principal(), delivery_id))


@blueprint.post("/<uuid:delivery_id>/resend")
@require(*INTEGRATION_MANAGERS)
def resend(delivery_id: UUID) -> ResponseReturnValue:
    """Put a failed message back in the queue and show it."""
    reason = request.form.get("reason", "")
    if reason not in REPLAY_REASONS:
        return _delivery_page(find_delivery(context(), principal(), delivery_id), errors={"reason": _("Say why.")})
    try:
        resend_one(context(), principal(), delivery_id, reason=reason)
    except NotFailedError:
        return _delivery_page(find_delivery(context(), principal(), delivery_id), conflict=True)
    return redirect(url_for(".show_one", delivery_id=delivery_id), 303)


@blueprint.post("/replay")
@require(*INTEGRATION_MANAGERS)
def replay_since() -> ResponseReturnValue:
    """Put back everything that failed since the start of a day in India."""
    try:
        since = midnight_in_india(date.fromisoformat(request.form.get("since", "")))
    except ValueError:
        return _log(status=422, errors={"since": _("Give a day, such as %(example)s.", example="2026-11-24")})
    reason = request.form.get("reason", "")
    if reason not in REPLAY_REASONS:
        return _log(status=422, errors={"reason": _("Say why.")})
    count = replay(context(), principal(), since=since, reason=reason)
    return redirect(url_for(".show", replayed=count), 303)


def _log(*, status: int = 200, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    who = principal()
    chosen: dict[str, Any] = {"state": _known_words("state", STATES), "channel": _known_words("channel", OUTGOING)}
    typed, after = request.args.get("reference", "").strip()[:40], cursor.decode(request.args.get("cursor"))
    with context().db.transaction(who.scope) as session:
        wanted = Wanted(chosen["state"], chosen["channel"], reference=group_reference(typed) if typed else None)
        rows, more = delivery_log.page(session, reader_of(who), wanted, limit=PER_PAGE, after=after)
        counts = delivery_log.counts(session, reader_of(who))
    chosen["reference"] = typed or None
    older = url_for(".show", **chosen, cursor=cursor.encode(rows[-1].created_at, rows[-1].id)) if more else None
    return render(
        "notification/deliveries.html",
        status=status,
        conditional=not errors,
        rows=rows,
        counts=counts,
        total=sum(counts.values()),
        chosen=chosen,
        older=older,
        channels=OUTGOING,
        reasons=REPLAY_REASONS,
        typed=request.form,
        replayed=_count(request.args.get("replayed")),
        errors=form_errors(errors or {}),
        week_ago=(context().clock.now() - timedelta(days=7)).astimezone(INDIA).date(),
        texts=notice_words,
        roles=TITLES,
    )


def _delivery_page(
    row: DeliveryRow, *, conflict: bool = False, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    with context().db.transaction(principal().scope) as session:
        tries = {one.number: one for one in delivery_log.attempts_of(session, row.id)}
    subject, body = write_text(row, cast("Settings", context().settings).links)
    return render(
        "notification/delivery.html",
        status=409 if conflict else 422 if errors else 200,
        row=row,
        tries=number_tries(row, tries, LEASE, context().clock.now()),
        subject=subject,
        body=body,
        conflict=conflict,
        errors=form_errors(errors or {}),
        reasons=REPLAY_REASONS,
        may_follow=row.recipient_role == principal().role,
        texts=notice_words,
        roles=TITLES,
    )


def _known_words(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the filter's known values; a page leaves unknown ones aside."""
    return tuple(word for word in request.args.getlist(name) if word in words)


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 7 else None
