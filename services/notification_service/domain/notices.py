"""Value types of this service: what an event says, who a member is, and what a planned notice holds.

A notice never holds a need, a service, an organisation's name or anything about the person referred: there is no field
for it. What it may hold is a reference, a district, a priority, a due time and where to look (`Place`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

NAMESPACE = UUID("0193b6a0-7e5e-7c1b-9d58-5e70f0c0ffee")  # ours alone; ids of notices are derived under it


class Channel(StrEnum):
    """How a notice reaches a person. Every notice is in the list of the app; other channels are deliveries."""

    IN_APP = "in_app"
    MAIL = "mail"
    SMS = "sms"


OUTGOING = tuple(channel.value for channel in Channel if channel is not Channel.IN_APP)
CONTACT_OF: Mapping[Channel, str] = {Channel.MAIL: "mail", Channel.SMS: "phone"}
"""Which part of a person's contact a channel writes to."""


class Side(StrEnum):
    """Which side of the wall a recipient stands on. Withdrawals stop messages to the team, never to a referrer."""

    TEAM = "team"
    REFERRER = "referrer"


class Place(StrEnum):
    """What a notice points to: `INBOX` the team's page of a referral, `SENT` its sender's; `links.py` finds it."""

    INBOX = "inbox"
    SENT = "sent"
    ACCOUNT = "account"
    LISTINGS = "listings"
    APPROVALS = "approvals"
    REGISTRY = "registry"
    STAFF = "staff"
    VOICES = "voices"
    DESK = "desk"
    CARD_ORDERS = "card_orders"
    MEETINGS = "meetings"
    PARTNERS = "partners"
    HANDOVERS = "handovers"
    TRAINING = "training"
    VISITS = "visits"
    BOARD = "board"
    REPORTS = "reports"
    WEBHOOKS = "webhooks"


@dataclass(frozen=True, slots=True)
class Member:
    """A membership as planning needs it: whether there is an address or a number, never the address.

    `districts` are those a coordinator or data officer works for, those it stands in for among them; `home_district`
    the organisation's own (LGD codes). `at_home`: somebody in this role there can sign in, or it is not known.
    """

    membership: UUID
    account: UUID
    organization: UUID
    role: str
    districts: frozenset[int] = frozenset()
    home_district: int | None = None
    language: str = "en"
    has_mail: bool = False
    has_phone: bool = False
    active: bool = True
    at_home: bool = True

    def is_reachable_by(self, channel: Channel) -> bool:
        """Whether somebody can write to this person on that channel."""
        has = {"mail": self.has_mail, "phone": self.has_phone}
        return self.active and channel in CONTACT_OF and has[CONTACT_OF[channel]]


MOVED = "moved"  # read as the state of a meeting's event that has none and says when the meeting was before


@dataclass(frozen=True, slots=True)
class NotificationEvent:
    """One event, reduced to what routing may look at. Times are aware and in UTC.

    `district` is an LGD code, `region` a state (ISO 3166-2). `focal_points` are memberships. `team`: the prison's
    health staff share the referral, so they are told with their colleague (`account`). `matter`: the id of a meeting,
    handover or visit that it is about; `moved_from`: when a meeting would have begun before it was moved; `day`: the
    end of a visit's day, also of one that will not come.
    """

    event_id: UUID
    type: str
    time: datetime
    version: int
    referral_id: UUID | None = None
    reference: str | None = None
    district: int | None = None
    region: str | None = None
    urgent: bool = False
    due_at: datetime | None = None
    receivers: frozenset[UUID] = frozenset()
    focal_points: frozenset[UUID] = frozenset()
    account: UUID | None = None
    organization: UUID | None = None
    state: str | None = None
    team: bool = False
    expires_at: datetime | None = None
    correlation_id: str = ""
    matter: UUID | None = None
    moved_from: datetime | None = None
    day: datetime | None = None

    @property
    def topic(self) -> str:
        """The routing key: the type, and for a changed view also the state that it changed to."""
        state = MOVED if self.state is None and self.moved_from is not None else self.state
        return self.type if state is None else f"{self.type}#{state}"

    @property
    def seed(self) -> str:
        """What ids of notices derive from: the event's id, but for a referrer (`account`) the own row's version.

        Something hidden shifts the ids of later events, and must not show in the id of a referrer's notice.
        """
        if self.account is not None and self.referral_id is not None:
            return f"{self.topic}/{self.referral_id}/{self.version}"
        return str(self.event_id)


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """One notice to one recipient, with the moment at which each further channel is to carry it.

    `worth_until`: what has not left by then on such a channel is not sent any more.
    """

    id: UUID
    event_id: UUID
    account: UUID
    organization: UUID | None
    recipient_role: str
    side: Side
    kind: str
    place: Place
    referral_id: UUID | None
    reference: str | None
    district: int | None
    urgent: bool
    due_at: datetime | None
    language: str
    created_at: datetime
    expires_at: datetime
    stoppable: bool
    worth_until: datetime
    correlation_id: str = ""
    matter: UUID | None = None
    sends: Mapping[Channel, datetime] = field(default_factory=dict)

    def delivery_id(self, channel: Channel) -> UUID:
        """Stable for (event, recipient, channel): the Message-ID comes from it, so a repeated mail is recognised."""
        return uuid5(self.id, channel.value)


INVITATIONS = frozenset({"meeting", "meeting_moved"})
"""The kinds of notices that tell a date of a meeting, or that it is off."""


def is_meeting_off(kind: str, due_at: datetime | None) -> bool:
    """Whether a notice of this kind tells that a meeting's date is off: the event of one that takes place has its hour.

    Source: `due_at` of the contract of `directory.meeting.planned.v1`, in every release.
    """
    return kind == "meeting" and due_at is None


VISITS = frozenset({"visit_asked", "visit_agreed", "visit_declined", "visit_off"})
"""The kinds of notices that tell how a visit stands; `due_at` of each is the end of its day, or not known."""
VISITS_OFF = frozenset({"visit_declined", "visit_off"})
"""Those of a visit that will not come: nothing is due by its day."""


def notice_id(seed: str, account: UUID, organization: UUID | None) -> UUID:
    """Return the id of the notice that this event makes for this recipient; the same for every redelivery."""
    return uuid5(NAMESPACE, f"{seed}/{account}/{organization or ''}")
