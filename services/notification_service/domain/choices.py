"""Value types of people's choices: channels by kind, quiet hours, language of messages, absence with a stand-in.

Why apart: the page, the API and the store need them, and `honour_choices.py` alone decides what follows. Urgent kinds
cannot be switched off. Absences are for roles that do not refer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from notification_service.domain.notices import Channel
from notification_service.domain.routing_table import PRESSING, ROLE_OF, ROUTES, Audience
from setu import roles
from setu.india import INDIA

URGENT_KINDS = PRESSING | {"desk_waiting", "contact_opened"}
"""Kinds that are sent whatever was chosen, as is each message to a team about an urgent referral."""
MAY_BE_AWAY = tuple(role.name for role in roles.ROLES.values() if role.side == roles.PROVIDING)
"""Roles that can name an absence. What a referrer is told is for that person alone."""
LONGEST_ABSENCE = timedelta(days=183)


class BadChoice(ValueError):
    """A choice that cannot be: `field` is the form's, `word` says why."""

    def __init__(self, field: str, word: str) -> None:
        super().__init__(word)
        self.field = field
        self.word = word


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span in Indian time, over midnight where it ends before it starts. Raises BadChoice if it is empty."""

    starts: time
    ends: time

    def __post_init__(self) -> None:
        if self.starts == self.ends:
            raise BadChoice("quiet_until", "same_time")

    def end_after(self, moment: datetime) -> datetime | None:
        """Return when the span that `moment` (aware) lies in ends, in UTC; None outside of it."""
        local = moment.astimezone(INDIA)
        over_midnight = self.ends < self.starts
        started, ended = self.starts <= local.time(), self.ends <= local.time()
        if not ((started or not ended) if over_midnight else (started and not ended)):
            return None
        day = local.date() + timedelta(days=1) if over_midnight and started else local.date()
        return datetime.combine(day, self.ends, INDIA).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Choices:
    """What one person chose. `off`: pairs of kind and channel; no language: that of the account."""

    off: frozenset[tuple[str, Channel]] = frozenset()
    quiet: QuietHours | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Days (in India, both included) on which somebody is away in one role; `stand_in` is a colleague's account."""

    account: UUID
    organization: UUID
    role: str
    first: date
    last: date
    stand_in: UUID | None = None

    def covers(self, day: date) -> bool:
        """Whether the person is away on that day."""
        return self.first <= day <= self.last


def check_absence(first: date, last: date, today: date) -> None:
    """Raise BadChoice where these days are none of an absence that begins or goes on."""
    if last < first:
        raise BadChoice("away_last", "ends_before_it_begins")
    if last < today:
        raise BadChoice("away_last", "over")
    if last - first > LONGEST_ABSENCE:
        raise BadChoice("away_last", "too_long")


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
    return audience is Audience.OWNER or ROLE_OF[audience] == role
