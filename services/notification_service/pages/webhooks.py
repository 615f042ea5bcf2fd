"""`/webhooks`: where an organisation's webhooks go. For the manager of a provider and the coordinator of a body.

A secret stands in the answer to the form that made it, once, and nowhere else: in no address, no log and no store. A
form makes one endpoint: sent again, as a reload of that answer does, it makes none.
"""

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from notification_service.domain.webhook_addresses import LONGEST
from notification_service.domain.webhook_signatures import secret_text
from notification_service.domain.webhook_types import LONGEST_DESCRIPTION, types_for
from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.pages import webhook_words as texts
from notification_service.store import webhook_endpoints
from notification_service.store.tables_webhooks import EndpointRow
from notification_service.use_cases import change_webhook_endpoint as change
from notification_service.use_cases.check_endpoint_wish import EndpointWish, WishRefused, check_endpoint_wish
from notification_service.use_cases.make_webhook_endpoint import make_webhook_endpoint
from notification_service.use_cases.webhook_secrets import secret_of
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import _
from service_kit.web.html.render import form_errors, render, see_other
from setu.roles import INTEGRATION_MANAGERS

blueprint = Blueprint("webhook_pages", __name__, url_prefix="/webhooks", template_folder="templates")


@blueprint.get("")
@require(*INTEGRATION_MANAGERS)
def show() -> ResponseReturnValue:
    """Every endpoint."""
    return _list()


@blueprint.get("/new")
@require(*INTEGRATION_MANAGERS)
def new() -> ResponseReturnValue:
    """The form for another endpoint."""
    return _form({}, EndpointWish("", ()))


@blueprint.post("/new")
@require(*INTEGRATION_MANAGERS)
def make() -> ResponseReturnValue:
    """Make an endpoint and show its secret, this once."""
    who, wish = principal(), _wish()
    try:
        check_endpoint_wish(who, wish, dependency(WebhookAddresses))
        with context().db.transaction(who.scope) as session:
            if webhook_endpoints.is_taken(session, _endpoint_of_form()):
                return _list(status=409)
            row = make_webhook_endpoint(session, context(), who, wish, _endpoint_of_form())
    except WishRefused as refused:
        return _form(_errors(refused), wish, status=422)
    return _show_secret(row)


@blueprint.get("/<uuid:endpoint_id>/change")
@require(*INTEGRATION_MANAGERS)
def edit(endpoint_id: UUID) -> ResponseReturnValue:
    """The form with what the endpoint is now."""
    row = change.find_webhook_endpoint(context(), principal(), endpoint_id)
    return _form({}, EndpointWish(row.url, row.types, row.description), endpoint=row)


@blueprint.post("/<uuid:endpoint_id>/change")
@require(*INTEGRATION_MANAGERS)
def store_edit(endpoint_id: UUID) -> ResponseReturnValue:
    """Change where it leads and what it subscribes to; where that made a new secret, show it, this once."""
    row, wish = change.find_webhook_endpoint(context(), principal(), endpoint_id), _wish()
    try:
        check_endpoint_wish(principal(), wish, dependency(WebhookAddresses))
    except WishRefused as refused:
        return _form(_errors(refused), wish, endpoint=row, status=422)
    changed = change.edit_webhook_endpoint(context(), principal(), endpoint_id, wish)
    if changed.generation != row.generation:
        return _show_secret(changed)
    return see_other(url_for("webhook_message_pages.show", endpoint_id=endpoint_id, done="changed"))


@blueprint.post("/<uuid:endpoint_id>/rotate")
@require(*INTEGRATION_MANAGERS)
def rotate(endpoint_id: UUID) -> ResponseReturnValue:
    """Make a new secret and show it, this once."""
    return _show_secret(change.rotate_webhook_secret(context(), principal(), endpoint_id))


@blueprint.post("/<uuid:endpoint_id>/enable")
@require(*INTEGRATION_MANAGERS)
def enable(endpoint_id: UUID) -> ResponseReturnValue:
    """Send to it again."""
    change.enable_webhook_endpoint(context(), principal(), endpoint_id)
    return see_other(url_for("webhook_message_pages.show", endpoint_id=endpoint_id, done="enabled"))


@blueprint.post("/<uuid:endpoint_id>/disable")
@require(*INTEGRATION_MANAGERS)
def disable(endpoint_id: UUID) -> ResponseReturnValue:
    """Send nothing to it until it is turned on."""
    change.disable_webhook_endpoint(context(), principal(), endpoint_id)
    return see_other(url_for("webhook_message_pages.show", endpoint_id=endpoint_id, done="disabled"))


@blueprint.get("/<uuid:endpoint_id>/remove")
@require(*INTEGRATION_MANAGERS)
def confirm_removal(endpoint_id: UUID) -> ResponseReturnValue:
    """Ask before removing."""
    row = change.find_webhook_endpoint(context(), principal(), endpoint_id)
    return render("notification/webhook_remove.html", endpoint=row)


@blueprint.post("/<uuid:endpoint_id>/remove")
@require(*INTEGRATION_MANAGERS)
def remove(endpoint_id: UUID) -> ResponseReturnValue:
    """Remove it, with what waits for it."""
    change.remove_webhook_endpoint(context(), principal(), endpoint_id)
    return see_other(url_for(".show", removed="1"))


def _list(status: int = 200) -> ResponseReturnValue:
    with context().db.transaction(principal().scope) as session:
        rows = webhook_endpoints.all_of(session, principal())
    return render(
        "notification/webhooks.html",
        status=status,
        endpoints=rows,
        removed="removed" in request.args,
        made_before=status == 409,
        texts=texts,
    )


def _form(
    errors: dict[str, str], wish: EndpointWish, *, endpoint: EndpointRow | None = None, status: int = 200
) -> ResponseReturnValue:
    allowed = types_for(principal().organization_kind, by_key=False)
    return render(
        "notification/webhook_form.html",
        status=status,
        wish=wish,
        endpoint=endpoint,
        errors=form_errors(errors),
        offered=[(kind, _(texts.TYPES[kind]), kind) for kind in allowed],
        form_id=request.form.get("form") or str(context().ids.uuid()),
        longest_url=LONGEST,
        longest_description=LONGEST_DESCRIPTION,
    )


def _wish() -> EndpointWish:
    form = request.form
    return EndpointWish(
        form.get("url", "").strip(), form.getlist("types"), " ".join(form.get("description", "").split())
    )


def _errors(refused: WishRefused) -> dict[str, str]:
    return {field: _(texts.ERRORS[word]) for field, word in refused.faults.items()}


def _endpoint_of_form() -> UUID:
    """The id that the form's endpoint has, whenever it is sent; another organisation's form cannot name it."""
    named = principal().organization.bytes + request.form.get("form", "").encode()
    return UUID(bytes=context().mac.digest("webhook of a form", named)[:16], version=4)


def _show_secret(row: EndpointRow) -> ResponseReturnValue:
    secret = secret_text(secret_of(context().mac, row.id, row.generation))
    return render("notification/webhook_secret.html", endpoint=row, secret=secret)
