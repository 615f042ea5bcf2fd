"""Mail: how many leave in a second to a server on this machine, and how soon after the commit one is handed over.

The rate is that of two processes with the worker's own senders, from a full queue. The latency is from the commit in
the referral service to the moment at which the mail server has the whole mail, at 50 events a second with two mails
each, through outbox, relay, broker, inbox, routing and claim, every part in a process of its own. The bare thing is one
thread that hands the same mails over one connection each.
"""

import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from threading import Event as Stop
from threading import Thread
from uuid import UUID, uuid5

from bench.figures import Figure, at_most, no_less_than, percentile, sized
from bench.mail_sink import MailSink, mail_sink
from bench.notice import (
    KEYRING,
    NGO,
    ONLY_MAIL,
    an_event,
    commit,
    in_processes,
    notification_database,
    paced,
    run_consumer,
    run_relay,
)
from bench.plumbing import Plumbing, plumbing
from notification_service.domain.links import Links
from notification_service.domain.notices import Channel, notice_id
from notification_service.outside.carrier import Message
from notification_service.outside.smtp import SmtpAddress, SmtpMailer
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.plan_notices import plan_notices
from notification_service.use_cases.poll_lock import PollLock
from notification_service.use_cases.wake_senders import wake_senders
from notification_service.worker import SENDERS, senders
from service_kit.clock import SystemClock
from service_kit.db.clock_notes import BelievableClock
from service_kit.db.engine import Database
from service_kit.ids import SystemIds
from service_kit.keyring import MacKey

A_SECOND, PROCESSES, READERS = 50, 2, 2
COUNT, COUNT_PACED, WARM_UP = sized(4_000, 60), sized(500, 25), 10
SENDER = "setu@mail.example"
_LINKS = Links("https://setu.example", "https://setu.example/directory", "https://setu.example/notifications")
_ids = SystemIds()


def measure() -> Iterable[Figure]:
    """Mails a second, and milliseconds."""
    with notification_database() as urls, mail_sink() as sink:
        yield Figure("bare: one connection a mail, one thread", _bare_rate(sink), "mails/s")
        yield no_less_than("mails handed over, two processes", _rate(urls, sink), "mails/s", limit=300)
    with plumbing() as place, notification_database() as urls, mail_sink() as sink:
        waits = _latencies(place, urls, sink)
    for percent, limit in ((50, 50), (99, 500)):
        name = f"commit → mail handed over, p{percent} at {A_SECOND}/s"
        yield at_most(name, percentile(waits, percent), "ms", limit=limit)


def _bare_rate(sink: MailSink) -> float:
    mailer, count = SmtpMailer(SmtpAddress.parse(sink.url), SENDER, kept=0.0), COUNT // 4
    now = SystemClock().now()
    mails = [
        Message(_ids.uuid(), "new", "en", "worker@ngo.example", "R-7KQ2-9XTC", "text\n", now) for _ in range(count)
    ]
    began = time.perf_counter()
    for mail in mails:
        mailer.send(mail)
    return count / (max(sink.drain(count).values()) - began)


def _rate(urls: Mapping[str, str], sink: MailSink) -> float:
    now, events = SystemClock().now(), COUNT // READERS
    database = Database(urls["worker"])
    for first in range(0, events, 50):
        with database.transaction() as session:
            plan_notices(session, [an_event() for _ in range(min(50, events - first))], now, ONLY_MAIL)
    with in_processes(*[partial(_send, urls, sink.url)] * PROCESSES):
        moments = sorted(sink.drain(events * READERS).values())
    warm = len(moments) // 10  # while processes start one after the other
    return (len(moments) - warm) / (moments[-1] - moments[warm - 1])


def _latencies(place: Plumbing, urls: Mapping[str, str], sink: MailSink) -> list[float]:
    source, committed = Database(place.web), dict[UUID, float]()
    loops = (partial(run_relay, place), partial(run_consumer, place, urls), partial(_send, urls, sink.url))
    with ExitStack() as stack:
        stack.enter_context(in_processes(*loops))
        for _ in range(WARM_UP):  # opens every connection and prepares every statement
            commit(source)
            sink.drain(READERS)
        for _ in paced(COUNT_PACED, A_SECOND):
            committed[commit(source)] = time.perf_counter()
        taken = sink.drain(COUNT_PACED * READERS)
    return [
        1000 * (taken[_mail_of(event, reader)] - at)
        for event, at in committed.items()
        for reader in range(1, READERS + 1)
    ]


def _mail_of(event: UUID, reader: int) -> UUID:
    return uuid5(notice_id(str(event), UUID(int=reader), NGO), Channel.MAIL.value)


def _send(urls: Mapping[str, str], smtp: str) -> None:
    """One worker's senders, and what wakes them."""
    database = Database(urls["worker"], pool_size=SENDERS + 1)
    carriers = {Channel.MAIL: SmtpMailer(SmtpAddress.parse(smtp), SENDER)}
    clock, mac = SystemClock(), MacKey(bytes(32))
    believable = BelievableClock(database, clock)
    own = Dependencies(database, clock, believable, SystemIds(), KEYRING, carriers, _LINKS, mac)
    poll_locks, stop = {Channel.MAIL: PollLock()}, Stop()
    threads = [Thread(target=wake_senders, args=(database, poll_locks.values(), stop), daemon=True)]
    threads += [Thread(target=loop, args=(stop,), daemon=True) for loop in senders(own, poll_locks).values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
