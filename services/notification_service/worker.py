"""Worker process on one screen: events in, messages out, retention, audit chain.

No relay: this service publishes nothing until somebody needs it.
"""

from collections.abc import Mapping
from functools import partial

from notification_service import settings as configuration
from notification_service.consumers import batch_handlers, handlers
from notification_service.domain.notices import Channel
from notification_service.domain.trial import addresses_by_channel
from notification_service.outside.carrier import Carrier
from notification_service.outside.mail_files import MailFiles
from notification_service.outside.sms_gateway import SmsGateway
from notification_service.outside.smtp import SmtpMailer
from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.outside.webhooks import HttpWebhooks
from notification_service.settings import WorkerSettings
from notification_service.store.clamped_times import CLAMPED_TIMES
from notification_service.store.survivors import SURVIVORS
from notification_service.use_cases import enforce_retention
from notification_service.use_cases.apply_reports import apply_reports
from notification_service.use_cases.check_sms_texts import require_registered
from notification_service.use_cases.deliver_due import keep_delivering
from notification_service.use_cases.deliver_webhook import WebhookDependencies, keep_delivering_webhooks
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.digest_address import digest_address
from notification_service.use_cases.measure_contacts import measure_contacts
from notification_service.use_cases.measure_webhooks import measure_webhooks
from notification_service.use_cases.poll_lock import PollLock
from notification_service.use_cases.tally_sending import tally_sending
from notification_service.use_cases.wake_senders import wake_senders
from notification_service.use_cases.write_sms import CATALOGUES
from service_kit import logs, worker
from service_kit.clock import SystemClock
from service_kit.db.clock_notes import BelievableClock
from service_kit.db.engine import Database
from service_kit.db.installation import require_trial_flag
from service_kit.db.session_heartbeat import heartbeat_gauge
from service_kit.ids import SystemIds
from service_kit.keyring import MacKey
from service_kit.messaging.consumer import Consumer
from service_kit.translations import compile_stale
from setu.events import SESSION_EVENTS

SENDERS = 2  # a channel, so that one slow call to a provider does not hold up everything else
WEBHOOK_SENDERS = 4  # each endpoint holds one of them at most


def main() -> None:
    """Run until SIGTERM."""
    settings = configuration.load_worker()
    logs.configure(settings.service, "worker", settings.log_level)
    compile_stale([CATALOGUES])
    carriers = carriers_of(settings)
    clock, keyring, db = SystemClock(), settings.keyring, Database(settings.database_url, pool_size=14)
    believable = BelievableClock(db, clock)
    consumer = Consumer(
        db,
        settings.amqp_url,
        "notification_service",
        handlers(clock, keyring, settings.member_box_private_key, carriers),
        together=batch_handlers(clock, carriers),
        clock=clock,
    )
    delivering = Dependencies(
        db,
        clock,
        believable,
        SystemIds(),
        keyring,
        carriers,
        settings.links,
        MacKey(settings.mac_key),
        rates_of(settings),
        test_digests_of(settings),
    )

    webhooks = WebhookDependencies(
        db,
        clock,
        believable,
        SystemIds(),
        MacKey(settings.mac_key),
        HttpWebhooks(WebhookAddresses(settings.webhook_private_hosts)),
        settings.links,
        carriers,
        settings.test_addresses if settings.trial else None,
    )

    poll_locks, webhook_poll_lock = {channel: PollLock() for channel in carriers}, PollLock()

    def delete_expired() -> None:
        with db.transaction() as session:
            enforce_retention.delete_expired(session, believable.now())

    def tally() -> None:
        with db.transaction() as session:
            tally_sending(session, believable.now())

    def apply_waiting_reports() -> None:
        with db.transaction() as session:
            apply_reports(session, clock.now(), carriers)

    def look_after_contacts() -> None:
        with db.transaction() as session:
            enforce_retention.note_phones(session, keyring)
            enforce_retention.note_digests(session, keyring, MacKey(settings.mac_key).digest)
            enforce_retention.rewrap_contacts(session, keyring)

    worker.run(
        {
            "consumer": consumer.run,
            **senders(delivering, poll_locks),
            "wake-up": partial(wake_senders, db, poll_locks.values()),
            "reports": worker.every(1, apply_waiting_reports),
            **webhook_senders(webhooks, webhook_poll_lock),
            "terms": worker.every(60, delete_expired),
            "contacts": worker.every(10, look_after_contacts),
            "figures": worker.every(300, tally),
            "heartbeat gauge": worker.every(5, heartbeat_gauge(db, clock)),
            "contact gauge": worker.every(60, lambda: measure_contacts(db)),
            "webhook gauges": worker.every(15, lambda: measure_webhooks(db, clock.now())),
            **worker.housekeeping(db, settings, clock, SURVIVORS, session_events=SESSION_EVENTS, clamped=CLAMPED_TIMES),
        },
        first=require_trial_flag(db, is_trial=settings.trial),
        metrics_port=settings.metrics_port,
        metrics_host=settings.metrics_host,
    )


def carriers_of(settings: WorkerSettings) -> dict[Channel, Carrier]:
    """What carries each channel that is set up. Raises SystemExit(2) for an SMS text that was not registered."""
    carriers: dict[Channel, Carrier] = {Channel.MAIL: _mailer_of(settings)}
    if settings.sms is not None:
        require_registered(settings.sms.registration, settings.links.notification_url)
        carriers[Channel.SMS] = SmsGateway(settings.sms, settings.sms_key)
    return carriers


def senders(delivering: Dependencies, poll_locks: Mapping[Channel, PollLock]) -> dict[str, worker.Loop]:
    """Loops of each channel, so that a slow or limited provider holds up no other; mail's end what nothing carries."""
    uncarried = [channel for channel in Channel if channel not in delivering.carriers]
    wanted = {channel: [channel] for channel in delivering.carriers} | {Channel.MAIL: [Channel.MAIL, *uncarried]}
    return {
        f"{channel} {n}": partial(keep_delivering, delivering, those, poll_locks[channel])
        for channel, those in wanted.items()
        for n in range(1, SENDERS + 1)
    }


def webhook_senders(delivering: WebhookDependencies, poll_lock: PollLock) -> dict[str, worker.Loop]:
    """Loops that deliver webhooks."""
    return {
        f"webhooks {n}": partial(keep_delivering_webhooks, delivering, poll_lock) for n in range(1, WEBHOOK_SENDERS + 1)
    }


def rates_of(settings: WorkerSettings) -> dict[Channel, float]:
    """Messages a second of the channels that have a limit."""
    rates = {Channel.MAIL: settings.mail_rate, Channel.SMS: settings.sms.rate if settings.sms else None}
    return {channel: rate for channel, rate in rates.items() if rate is not None}


def test_digests_of(settings: WorkerSettings) -> frozenset[str] | None:
    """The digests of the addresses that alone are sent to in a trial; None outside of one."""
    if not settings.trial:
        return None
    mac = MacKey(settings.mac_key).digest
    named = addresses_by_channel(settings.test_addresses)
    return frozenset(digest_address(channel, each, mac) for channel, those in named.items() for each in those)


def _mailer_of(settings: WorkerSettings) -> Carrier:
    """SMTP where it is set, else files."""
    if settings.smtp is not None:
        return SmtpMailer(settings.smtp, settings.mail_from)
    if settings.mail_dir is None:
        raise ValueError("neither SMTP nor a folder for mail")
    return MailFiles(settings.mail_dir, settings.mail_from)


if __name__ == "__main__":
    main()
