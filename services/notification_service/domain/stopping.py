"""What stops messages about a referral: its end stops all but a few, and the end of consent what asks for contact.

Why: after an end nobody of a team is to call the person. A referrer's messages never stop, or their silence would tell.
`use_cases/stop_messages.py` stops what waits, `event_ordering.py` what comes late.
"""

from notification_service.domain.notices import Side
from notification_service.domain.routing_table import ROUTES

STOPS = frozenset({"referral.withdrawn.v1", "referral.closed.v1"})
ENDS_CONTACT = "referral.contact.ended.v1"
"""Stops what asks for contact. Reminders to answer go on, or silence would tell."""
ASKS_FOR_CONTACT = frozenset(
    {
        "referral.contact.due.v1",
        "referral.review.due.v1",
        "referral.release.changed.v1",
        "referral.voice.heard.v1",
    }
)
CONTACT_KINDS = frozenset(rule.kind for kind in ASKS_FOR_CONTACT for rule in ROUTES[kind])
AFTER_STOP = STOPS | {
    "referral.forward.requested.v1",
    "referral.identity.opened.v1",
    ENDS_CONTACT,
}
"""Still told once the referral has ended."""


def is_stoppable(event_type: str, side: Side) -> bool:
    """Whether a message that was planned for this event is stopped later: one to the team, but what is still told."""
    return side is Side.TEAM and event_type not in AFTER_STOP
