"""Application factory on one screen: notices for everybody signed in, the delivery log and webhooks for managers."""

from flask import Flask

from notification_service import settings as configuration
from notification_service.api import absences as api_absences
from notification_service.api import callbacks as api_callbacks
from notification_service.api import choices as api_choices
from notification_service.api import deliveries as api_deliveries
from notification_service.api import notices as api_notices
from notification_service.api import webhook_messages as api_webhook_messages
from notification_service.api import webhooks as api_webhooks
from notification_service.api.webhook_payloads import WEBHOOKS
from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.pages import choices as pages_choices
from notification_service.pages import deliveries as pages_deliveries
from notification_service.pages import notices as pages_notices
from notification_service.pages import own_addresses as pages_own_addresses
from notification_service.pages import sending as pages_sending
from notification_service.pages import webhook_messages as pages_webhook_messages
from notification_service.pages import webhooks as pages_webhooks
from notification_service.pages.log_words import LOG_ACTION, LOG_OBJECT
from notification_service.settings import Settings
from notification_service.store.organizations import districts_overseen, stands_in_for
from notification_service.use_cases.resend_messages import NotFailedError
from service_kit import logs
from service_kit.clock import Clock, SystemClock
from service_kit.context import ServiceContext
from service_kit.cursor import BadCursor
from service_kit.db.engine import Database
from service_kit.ids import Ids, SystemIds
from service_kit.keyring import MacKey
from service_kit.web import robots
from service_kit.web.access.issuer_client import IssuerClient
from service_kit.web.app import build_app
from service_kit.web.audit_pages import AuditLogPages, audit_pages
from service_kit.web.html.menu_counts import MenuCounts
from service_kit.web.parked_pages import PATH, ParkedPages, count_waiting, parked_pages
from setu.log_words import LOGS
from setu.roles import COORDINATOR, DATA_OFFICER
from setu.site import SITE

API = (
    api_notices.blueprint,
    api_choices.blueprint,
    api_absences.blueprint,
    api_deliveries.blueprint,
    api_callbacks.blueprint,
    api_webhooks.blueprint,
    api_webhook_messages.blueprint,
)
PAGES = (
    pages_notices.blueprint,
    pages_choices.blueprint,
    pages_deliveries.blueprint,
    pages_webhooks.blueprint,
    pages_webhook_messages.blueprint,
    pages_sending.blueprint,
    pages_own_addresses.blueprint,
    audit_pages(AuditLogPages(DATA_OFFICER, LOGS, LOG_ACTION, LOG_OBJECT)),
    parked_pages(ParkedPages(DATA_OFFICER, LOGS)),
    robots.blueprint,
)
OPEN_WHILE_PENDING = (
    api_notices.blueprint,
    api_choices.blueprint,
    pages_notices.blueprint,
    pages_choices.blueprint,
    pages_own_addresses.blueprint,
)
"""What is open to the manager of a pending provider: the own notices."""
PROBLEMS = {NotFailedError: (409, "conflict"), BadCursor: (400, "bad-query")}


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    db: Database | None = None,
    addresses: WebhookAddresses | None = None,
) -> Flask:
    """Return the application. Nothing is connected before the first request; no key that opens contacts is here."""
    settings = settings or configuration.load()
    logs.configure(settings.service, "web", settings.log_level)
    context = ServiceContext(
        settings=settings,
        db=db or Database(settings.database_url),
        clock=clock or SystemClock(),
        ids=ids or SystemIds(),
        mac=MacKey(settings.mac_key),
    )
    return build_app(
        __name__,
        context=context,
        site=SITE,
        api=API,
        pages=PAGES,
        problems=PROBLEMS,
        session_issuer=IssuerClient(settings.directory_inside),
        title="Setu notices",
        webhooks=WEBHOOKS,
        dependencies=(addresses or WebhookAddresses(settings.webhook_private_hosts),),
        more_districts={COORDINATOR: stands_in_for, DATA_OFFICER: districts_overseen},
        open_while_pending=OPEN_WHILE_PENDING,
        counts=MenuCounts({"/": pages_notices.count_unread, PATH: count_waiting}),
    )
