"""Events: every exchange with its one publisher, and which service listens to which type.

The table is all that there is to know about the topology; the kit turns it into exchanges, queues, bindings and
permissions on the broker. A type reads `<publisher>.<what happened>.v<version>`, and its first word names the exchange.
What an event carries is in `contracts/events/`.
"""

from collections.abc import Mapping
from typing import NamedTuple

SERVICES = ("directory_service", "referral_service", "notification_service")
EXCHANGES: Mapping[str, str] = {"directory.events": "directory_service", "referral.events": "referral_service"}
"""Exchange → the service that publishes to it, the only one that may."""


class SessionEvents(NamedTuple):
    """What the directory tells of sessions: one was ended; all that were ended until an instant have been told."""

    revoked: str = "directory.session.revoked.v1"
    heartbeat: str = "directory.session.heartbeat.v1"


SESSION_EVENTS = SessionEvents()
_FACTS = ("directory.organization.changed.v1", SESSION_EVENTS.revoked, SESSION_EVENTS.heartbeat)
LISTING_STEPS = (
    "directory.change.asked.v1",
    "directory.change.decided.v1",
    "directory.confirmation.due.v1",
    "directory.provider.approved.v1",
    "directory.provider.pending.v1",
    "directory.staff.missing.v1",
)
PARTNERSHIP_STEPS = (
    "directory.action.due.v1",
    "directory.agreement.lapsing.v1",
    "directory.board.answered.v1",
    "directory.coordination.due.v1",
    "directory.handover.named.v1",
    "directory.meeting.planned.v1",
    "directory.training.due.v1",
    "directory.visit.changed.v1",
)
REFERRAL_STEPS = (
    "referral.submitted.v1",
    "referral.withdrawn.v1",
    "referral.closed.v1",
    "referral.expired.v1",
    "referral.reminder.due.v1",
    "referral.escalation.due.v1",
    "referral.state.escalation.due.v1",
    "referral.decision.due.v1",
    "referral.review.due.v1",
    "referral.appointment.made.v1",
    "referral.question.asked.v1",
    "referral.question.answered.v1",
    "referral.forward.requested.v1",
    "referral.voice.heard.v1",
    "referral.voice.urgent.v1",
    "referral.desk.waiting.v1",
    "referral.identity.opened.v1",
    "referral.void.requested.v1",
    "referral.contact.due.v1",
    "referral.contact.ended.v1",
    "referral.release.changed.v1",
    "referral.view.changed.v1",
    "referral.cards.ordered.v1",
)
SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "directory_service": ("referral.figures.frozen.v1",),  # the one event that flows back (docs/adr/0002)
    # names of case workers for their own team, and who let a data officer in, on this route alone;
    # nothing of the partnership: no agreement, meeting or training gates a referral
    "referral_service": (
        *_FACTS,
        "directory.service.changed.v1",
        "directory.account.reset.v1",
        "directory.team.changed.v1",
        "directory.dataofficer.changed.v1",
    ),
    # staff contact data travel in member.changed, on this route alone
    "notification_service": (
        *_FACTS,
        "directory.service.changed.v1",  # public, for webhooks; ids alone are kept
        "directory.member.changed.v1",
        "directory.account.reset.v1",  # the owner is told on all channels
        *LISTING_STEPS,
        *PARTNERSHIP_STEPS,
        *REFERRAL_STEPS,
    ),
}
"""Listening service → the types that it gets."""
