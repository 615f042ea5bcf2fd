"""Senders of planned messages, to a recorder in memory or to a mail server on loopback."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from notification_service.domain.links import Links
from notification_service.domain.notices import Channel
from notification_service.outside.carrier import Carrier, Message
from notification_service.outside.smtp import SmtpAddress, SmtpMailer
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.poll_lock import PollLock
from service_kit.ids import SystemIds
from service_kit.worker import Loop
from support.notices.mail import SENDER
from support.notification import NGO, Scene, an_event, referral_data
from support.notification_smtp import SmtpServer

APP = "http://notification.test"
LINKS = Links(referral_url="http://referral.test", directory_url="http://directory.test", notification_url=APP)


@dataclass
class Recorder:
    """A mailer that keeps the `Carrier` promise in memory; `trouble` is raised instead, once each."""

    sent: list[Message] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def send(self, mail: Message) -> None:
        if self.trouble:
            raise self.trouble.pop()
        self.sent.append(mail)


def dependencies(scene: Scene, mailer: Carrier) -> Dependencies:
    return Dependencies(
        scene.db, scene.clock, scene.believable, SystemIds(), scene.keyring, {Channel.MAIL: mailer}, LINKS, scene.mac
    )


def smtp(scene: Scene, server: SmtpServer) -> Dependencies:
    return dependencies(scene, SmtpMailer(SmtpAddress.parse(server.url), SENDER))


def submit(scene: Scene, **more: object) -> UUID:
    referral = uuid4()
    scene.plan(an_event("referral.submitted.v1", referral_data(referral, NGO, **more)))  # type: ignore[arg-type]  # given by keyword, one type each
    return referral


@contextmanager
def running(loops: Collection[Loop], *poll_locks: PollLock) -> Iterator[None]:
    """The loops in threads until the block ends; those that wait at these locks are woken then."""
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for poll_lock in poll_locks:
            poll_lock.wake()
        for thread in threads:
            thread.join()
