"""Event handlers: event type → one function, which the kit's consumer runs in the inbox transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.use_cases.apply_member import apply_member
from notification_service.use_cases.apply_organization import apply_organization
from notification_service.use_cases.apply_public_fact import apply_public_fact
from notification_service.use_cases.plan_notices import plan_notices
from notification_service.use_cases.reset_account import reset_account
from service_kit.clock import Clock
from service_kit.db.revocation import on_session_revoked
from service_kit.db.session_heartbeat import heartbeat_handler
from service_kit.envelope import Event
from service_kit.keyring import Keyring
from setu.events import LISTING_STEPS, PARTNERSHIP_STEPS, REFERRAL_STEPS, SESSION_EVENTS

Handler = Callable[[Session, Event], None]
BatchHandler = Callable[[Session, Sequence[Event]], None]


def handlers(
    clock: Clock, keyring: Keyring, member_box_private_key: str, channels: Collection[Channel]
) -> Mapping[str, Handler]:
    """Return the function of every event that this service listens to; `channels` are those that something carries."""

    def on_organization_changed(session: Session, event: Event) -> None:
        apply_organization(session, event.data)
        apply_public_fact(session, event, clock.now())

    def on_service_changed(session: Session, event: Event) -> None:
        apply_public_fact(session, event, clock.now())

    def on_member_changed(session: Session, event: Event) -> None:
        apply_member(session, event.data, private_key=member_box_private_key, keyring=keyring)

    def on_account_reset(session: Session, event: Event) -> None:
        reset_account(session, event, clock.now(), channels)

    def on_event_to_tell(session: Session, event: Event) -> None:
        plan_notices(session, [event], clock.now(), channels)

    return {
        "directory.organization.changed.v1": on_organization_changed,
        "directory.service.changed.v1": on_service_changed,
        "directory.member.changed.v1": on_member_changed,
        SESSION_EVENTS.revoked: on_session_revoked,
        SESSION_EVENTS.heartbeat: heartbeat_handler(SESSION_EVENTS),
        "directory.account.reset.v1": on_account_reset,
        **dict.fromkeys((*REFERRAL_STEPS, *LISTING_STEPS, *PARTNERSHIP_STEPS), on_event_to_tell),
    }


def batch_handlers(clock: Clock, channels: Collection[Channel]) -> Mapping[str, BatchHandler]:
    """Return the function of every referral event that handles a batch at once."""

    def on_referral_events(session: Session, events: Sequence[Event]) -> None:
        plan_notices(session, events, clock.now(), channels)

    return dict.fromkeys(REFERRAL_STEPS, on_referral_events)
