"""Value types of people's choices: what is sent by kind and channel, quiet hours, language of messages.

Why apart: the page, the API and the store need them; what follows is decided in `honour_choices.py`, of quiet hours in
`quiet_hours.py`. Urgent kinds cannot be switched off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notification_service.domain.notices import Channel
from notification_service.domain.quiet_hours import QuietHours
from notification_service.domain.routing import PRESSING
from notification_service.domain.routing_table import ROLE_OF, ROUTES, Audience
from setu import roles

URGENT_KINDS = PRESSING | {"desk_waiting", "contact_opened"}
"""Kinds that are sent whatever was chosen, as is each message to a team about an urgent referral."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What one person chose. `off`: pairs of kind and channel; no language: that of the account."""

    off: frozenset[tuple[str, Channel]] = frozenset()
    quiet: QuietHours | None = None
    language: str | None = None


def kinds_by_channel(role: str) -> Mapping[Channel, Sequence[str]]:
    """Return what somebody in this role may switch off: kinds of notices by the channel that carries them."""
    kinds = _kinds_of(role)
    return {
        channel: chosen
        for channel in Channel
        if channel is not Channel.IN_APP
        and (chosen := [kind for kind in kinds if kind not in URGENT_KINDS and channel in kinds[kind]])
    }


def always_sent(role: str) -> Sequence[str]:
    """Return the kinds that somebody in this role is sent whatever was chosen."""
    return [kind for kind, channels in _kinds_of(role).items() if kind in URGENT_KINDS and channels != {Channel.IN_APP}]


def is_urgent(kind: str, urgent: bool) -> bool:
    """Whether a message passes quiet hours and absence."""
    return urgent or kind in URGENT_KINDS


def _kinds_of(role: str) -> Mapping[str, frozenset[Channel]]:
    """What somebody in this role can be told, with the channels that carry it."""
    found: dict[str, frozenset[Channel]] = {}
    for rules in ROUTES.values():
        of_a_prison = any(rule.audience is Audience.CUSTODY_TEAM for rule in rules)
        for rule in rules:
            if any(_is_in(each, role, of_a_prison) for each in rule.audiences):
                found[rule.kind] = found.get(rule.kind, frozenset()) | frozenset(rule.channels)
    return found


def _is_in(audience: Audience, role: str, of_a_prison: bool) -> bool:
    if audience is Audience.REFERRER:
        return role == roles.CUSTODY_HEALTH if of_a_prison else role in roles.REFERRERS
    if audience in (Audience.FOCAL_POINTS, Audience.FORMER_FOCAL_POINTS):
        return role not in roles.TWO_PEOPLE
    return audience is Audience.OWNER or ROLE_OF[audience] == role
