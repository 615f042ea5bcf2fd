"""`/webhooks/{id}`: what was sent to an endpoint, each attempt at it, and sending it once more."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from notification_service.domain.webhook_retry_schedule import LEASE
from notification_service.domain.webhook_signatures import OVERLAP
from notification_service.domain.webhook_types import webhook_id
from notification_service.pages import webhook_words as texts
from notification_service.pages.tries import number_tries
from notification_service.settings import Settings
from notification_service.store import webhook_log
from notification_service.store.tables_webhooks import EndpointRow
from notification_service.store.webhook_log import MOST_AT_ONCE, STATES
from notification_service.use_cases.change_webhook_endpoint import find_webhook_endpoint
from notification_service.use_cases.replay_webhooks import (
    CANNOT_SEND,
    CannotSendError,
    find_webhook,
    replay_webhooks,
    resend_webhook,
    send_test_webhook,
    try_webhook_now,
)
from notification_service.use_cases.write_webhook import write_webhook
from service_kit import cursor
from service_kit.context import ServiceContext
from service_kit.identity import Principal
from service_kit.translations import N_
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import _
from service_kit.web.html.render import form_errors, render, see_other
from setu.india import INDIA, midnight_in_india
from setu.roles import INTEGRATION_MANAGERS

PER_PAGE = 25
DONE = {
    "changed": N_("The endpoint is changed."),
    "enabled": N_("The endpoint is on. What it missed you can send again below."),
    "disabled": N_("The endpoint is off. What happens meanwhile is kept for 30 days, so that you can send it later."),
    "tested": N_("A test is on its way; it stands in the list below."),
}
DONE_TO_ONE = {"tried": N_("It is tried at once. Reload this page to see how the try ended.")}
blueprint = Blueprint("webhook_message_pages", __name__, url_prefix="/webhooks", template_folder="templates")


@blueprint.get("/<uuid:endpoint_id>")
@require(*INTEGRATION_MANAGERS)
def show(endpoint_id: UUID) -> ResponseReturnValue:
    """An endpoint with what was sent to it, filtered as the address says."""
    return _endpoint_page(endpoint_id)


@blueprint.post("/<uuid:endpoint_id>/test")
@require(*INTEGRATION_MANAGERS)
def send_test(endpoint_id: UUID) -> ResponseReturnValue:
    """Send a signed test that says nothing."""
    try:
        send_test_webhook(context(), principal(), endpoint_id)
    except CannotSendError as refused:
        return _endpoint_page(endpoint_id, status=409, refused=refused)
    return see_other(url_for(".show", endpoint_id=endpoint_id, done="tested"))


@blueprint.post("/<uuid:endpoint_id>/replay")
@require(*INTEGRATION_MANAGERS)
def replay_since(endpoint_id: UUID) -> ResponseReturnValue:
    """Send once more what failed since the start of a day in India, if asked also what was taken."""
    try:
        since = midnight_in_india(date.fromisoformat(request.form.get("since", "")))
    except ValueError:
        errors = {"since": _("Give a day, such as %(example)s.", example="2026-11-24")}
        return _endpoint_page(endpoint_id, status=422, errors=errors)
    taken_too = "taken_too" in request.form
    try:
        done = replay_webhooks(context(), principal(), endpoint_id, since=since, taken_too=taken_too)
    except CannotSendError as refused:
        return _endpoint_page(endpoint_id, status=409, refused=refused)
    return see_other(url_for(".show", endpoint_id=endpoint_id, replayed=done.count, waiting=done.waiting))


@blueprint.get("/<uuid:endpoint_id>/messages/<uuid:message_id>")
@require(*INTEGRATION_MANAGERS)
def show_one(endpoint_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """One message: its body as it is sent, and every attempt."""
    return _message_page(endpoint_id, message_id)


@blueprint.post("/<uuid:endpoint_id>/messages/<uuid:message_id>/resend")
@require(*INTEGRATION_MANAGERS)
def resend(endpoint_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """Send one message once more, under its id, and show it."""
    return _send_one(resend_webhook, endpoint_id, message_id)


@blueprint.post("/<uuid:endpoint_id>/messages/<uuid:message_id>/try-now")
@require(*INTEGRATION_MANAGERS)
def try_now(endpoint_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """Bring the next try of a message that waits forward to now, and show it."""
    return _send_one(try_webhook_now, endpoint_id, message_id, done="tried")


def _send_one(
    act: Callable[[ServiceContext, Principal, UUID, UUID], object],
    endpoint_id: UUID,
    message_id: UUID,
    done: str | None = None,
) -> ResponseReturnValue:
    try:
        act(context(), principal(), endpoint_id, message_id)
    except CannotSendError as refused:
        return _message_page(endpoint_id, message_id, status=409, refused=refused)
    return see_other(url_for(".show_one", endpoint_id=endpoint_id, message_id=message_id, done=done))


def _endpoint_page(
    endpoint_id: UUID,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    refused: CannotSendError | None = None,
) -> ResponseReturnValue:
    who, now = principal(), context().clock.now()
    endpoint = find_webhook_endpoint(context(), who, endpoint_id)
    states = [state for state in request.args.getlist("state") if state in STATES]
    after = cursor.decode(request.args.get("cursor"))
    with context().db.transaction(who.scope) as session:
        rows, more = webhook_log.page(session, who, endpoint_id, states=states, limit=PER_PAGE, after=after)
        counts = webhook_log.counts(session, who, endpoint_id)
    last = rows[-1] if more else None
    older = None if last is None else cursor.encode(last.created_at, last.id)
    return render(
        "notification/webhook.html",
        status=status,
        conditional=not errors,
        endpoint=endpoint,
        both_until=_both_until(endpoint, now),
        rows=rows,
        counts=counts,
        total=sum(counts.values()),
        states=states,
        older=older and url_for(".show", endpoint_id=endpoint_id, state=states, cursor=older),
        done=DONE.get(request.args.get("done", "")),
        replayed=_count(request.args.get("replayed")),
        waited=_count(request.args.get("waiting")),
        most=MOST_AT_ONCE,
        cannot_send=CANNOT_SEND[refused.word] if refused else None,
        test_that_waits=refused.test if refused else None,
        errors=form_errors(errors or {}),
        week_ago=(now - timedelta(days=7)).astimezone(INDIA).date(),
        texts=texts,
    )


def _message_page(
    endpoint_id: UUID, message_id: UUID, *, status: int = 200, refused: CannotSendError | None = None
) -> ResponseReturnValue:
    endpoint = find_webhook_endpoint(context(), principal(), endpoint_id)
    row = find_webhook(context(), principal(), endpoint_id, message_id)
    with context().db.transaction(principal().scope) as session:
        tries = {each.number: each for each in webhook_log.attempts_of(session, message_id)}
    return render(
        "notification/webhook_message.html",
        status=status,
        endpoint=endpoint,
        row=row,
        webhook_id=webhook_id(row.id),
        tries=number_tries(row, tries, LEASE, context().clock.now()),
        payload=write_webhook(row, cast("Settings", context().settings).links),
        cannot_send=CANNOT_SEND[refused.word] if refused else None,
        done=DONE_TO_ONE.get(request.args.get("done", "")),
        texts=texts,
    )


def _both_until(endpoint: EndpointRow, now: datetime) -> datetime | None:
    """Until when the secret before signs, too."""
    until = None if endpoint.rotated_at is None else endpoint.rotated_at + OVERLAP
    return until if until is not None and until > now else None


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 7 else None
