"""Plan notices of a batch of events, in the transaction that marks the events as seen.

Promises: whatever the number of events, a handful of statements; nothing doubles, because a notice's id follows from
event and recipient; events may be late, repeated or out of order (`domain/event_ordering.py` decides what
is still told).
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.domain.event_ordering import (
    Progress,
    advance,
)
from notification_service.domain.notices import Channel, NotificationEvent, PlannedNotice, Side
from notification_service.domain.routing import is_unheard, is_visible_after_reset, plan
from notification_service.domain.routing_table import SAID_ONCE, SAID_ONCE_FOR
from notification_service.domain.settling import SETTLED, Settled, settled_by
from notification_service.store import deliveries, members, notices, progress
from notification_service.store.resets import resets_of
from notification_service.use_cases.honour_choices import honour_choices
from notification_service.use_cases.plan_webhooks import plan_referral_webhooks
from notification_service.use_cases.read_event import read_event
from notification_service.use_cases.stop_messages import stop_messages
from service_kit import metrics
from service_kit.envelope import Event

_unheard = metrics.counter(
    "events_unheard", "Events of which a line of the routing table found nobody home, nor anybody standing in", ["type"]
)
_log = logging.getLogger(__name__)


def plan_notices(session: Session, events: Sequence[Event], now: datetime, channels: Collection[Channel]) -> None:
    """Plan the notices of a batch of events, in the order in which they came. Raises NotUnderstood.

    `channels` are those that something carries.
    """
    told = _still_told(session, [read_event(event) for event in events], now)
    planned = _without_what_resets_emptied(session, _planned(session, told, now, channels))
    planned = honour_choices(session, _without_what_waits_unread(session, planned, now))
    plan_referral_webhooks(session, told, now)
    notices.add(session, planned)
    deliveries.add(session, planned)
    settled = _settled(session, told, planned)
    notices.settle(session, settled, now)
    deliveries.stop_settled(session, settled, now)
    stop_messages(session, told, now)


def _still_told(session: Session, events: Sequence[NotificationEvent], now: datetime) -> list[NotificationEvent]:
    known = progress.load(session, {event.referral_id for event in events if event.referral_id})
    told = []
    for event in events:
        if event.referral_id is not None:
            before = known.get(event.referral_id, Progress())
            known[event.referral_id], tell = advance(before, event)
            if not tell:
                continue
        told.append(event)
    progress.save(session, known, now)
    return told


def _planned(
    session: Session, told: Sequence[NotificationEvent], now: datetime, channels: Collection[Channel]
) -> list[PlannedNotice]:
    people = members.find_recipients(
        session,
        organizations={organization for event in told for organization in event.receivers},
        districts={event.district for event in told if event.district is not None},
        regions={event.region for event in told if event.region is not None},
        accounts={event.account for event in told if event.account is not None},
    )
    planned = []
    for event in told:
        notices_of_it = plan(event, people, now, channels)
        planned += notices_of_it
        if is_unheard(event, people):
            _unheard.labels(event.type).inc()
        about = {"type": event.type, "notices": len(notices_of_it), "correlation_id": event.correlation_id}
        _log.info("notices planned", extra=about)
    return planned


def _settled(
    session: Session, told: Sequence[NotificationEvent], planned: Sequence[PlannedNotice]
) -> Sequence[Settled]:
    """What these events settle, and what was settled before of what they are about."""
    matters = {notice.matter for notice in planned if notice.matter is not None and notice.kind in SETTLED}
    return [*settled_by(told), *notices.settled_before(session, matters)]


def _without_what_resets_emptied(session: Session, planned: Iterable[PlannedNotice]) -> list[PlannedNotice]:
    planned = list(planned)
    accounts: set[UUID] = {notice.account for notice in planned if notice.side is Side.REFERRER}
    resets = resets_of(session, accounts) if accounts else {}
    return [notice for notice in planned if is_visible_after_reset(notice, resets.get(notice.account))]


def _without_what_waits_unread(
    session: Session, planned: Sequence[PlannedNotice], now: datetime
) -> list[PlannedNotice]:
    about = {notice.account for notice in planned if notice.kind in SAID_ONCE}
    waits = notices.kinds_unread(session, about, SAID_ONCE, now, since=now - SAID_ONCE_FOR) if about else set()
    kept = []
    for notice in planned:
        told = (notice.account, notice.kind)
        if told not in waits:
            kept.append(notice)
        if notice.kind in SAID_ONCE:
            waits.add(told)
    return kept
