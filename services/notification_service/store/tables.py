"""Table definitions of the notification service.

What is not here is the point: no person referred, no need, no service, no organisation's name; and a staff member's
contact only sealed (`contact`, under the row's own wrapped key).

Row-level security (migration 0001): `notice` belongs to its recipient in the active organisation; `delivery` and
`attempt` to the manager of the receiving organisation and the coordinators of the district; the read models
(`member`, `contact_version`, `organization`, `progress`, `account_reset`) and `suppression` to the worker alone, but
for digests of one's own addresses (0020). Indexes stand in the migrations only.
"""

from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Types used everywhere: instants with zone, native UUIDs, text without a limit of the database's own."""

    metadata = MetaData()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        str: Text(),
        bytes: LargeBinary(),
        int: Integer(),
        bool: Boolean(),
    }


class OrganizationRow(Base):
    """What planning needs of an organisation: whether it takes part, who is home, which districts fall to it."""

    __tablename__ = "organization"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]
    district: Mapped[int | None]
    deleted: Mapped[bool]
    version: Mapped[int]
    staffed: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    stands_in_for: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    oversees: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))


class MemberRow(Base):
    """A membership; the contact is sealed JSON `{"mail", "phone"}`, absent when there is neither.

    `has_phone` is null where a process of a release before wrote the row, until the worker has looked; so are the
    digests of a contact that has just come.
    """

    __tablename__ = "member"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    role: Mapped[str]
    districts: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    active: Mapped[bool]
    language: Mapped[str]
    has_mail: Mapped[bool]
    has_phone: Mapped[bool | None]
    version: Mapped[int]
    kek_id: Mapped[str | None]
    wrapped_key: Mapped[bytes | None]
    contact: Mapped[bytes | None]
    mail_digest: Mapped[str | None]
    phone_digest: Mapped[str | None]


class ContactVersionRow(Base):
    """The newest version told of a membership; one that `member` is behind was lost by a restore."""

    __tablename__ = "contact_version"
    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]


class ProgressRow(Base):
    """Newest versions seen of a referral (see `domain/event_ordering.py`)."""

    __tablename__ = "progress"
    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    task_version: Mapped[int]
    view_version: Mapped[int]
    stopped: Mapped[bool]
    seen_at: Mapped[datetime]


class ResetRow(Base):
    """The newest sign-in reset of an account: notices dated before it are gone, also ones that arrive late."""

    __tablename__ = "account_reset"
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    version: Mapped[int]


class NoticeRow(Base):
    """One line in one person's list. `matter`: the meeting, handover or visit that it is about."""

    __tablename__ = "notice"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    side: Mapped[str]
    kind: Mapped[str]
    place: Mapped[str]
    referral_id: Mapped[UUID | None]
    reference: Mapped[str | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    matter: Mapped[UUID | None]


class DeliveryRow(Base):
    """One message to one person on one channel, in one of the states of `delivery_log.STATES`.

    `recipient_role` is all that is shown of the recipient; what has not left by `worth_until` is not sent any more;
    `lease` names the worker that holds the row;
    `retry_from` is how many tries lay behind it when it was last put back by hand;
    `address_digest` is that of the address at the last try; `report_code` the provider's own, of its report.
    """

    __tablename__ = "delivery"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    recipient_role: Mapped[str]
    channel: Mapped[str]
    kind: Mapped[str]
    place: Mapped[str]
    referral_id: Mapped[UUID | None]
    reference: Mapped[str | None]
    district: Mapped[int | None]
    urgent: Mapped[bool]
    due_at: Mapped[datetime | None]
    language: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    stoppable: Mapped[bool]
    worth_until: Mapped[datetime]
    correlation_id: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    attempts: Mapped[int]
    retry_from: Mapped[int]
    next_attempt_at: Mapped[datetime]
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
    address_digest: Mapped[str | None]
    report_code: Mapped[int | None]
    matter: Mapped[UUID | None]

    __table_args__ = (Unique("event_id", "account_id", "channel"),)


class AttemptRow(Base):
    """One try: how it ended (`sent`, `temporary`, `permanent`), a word for the error and the provider's code."""

    __tablename__ = "attempt"
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    at: Mapped[datetime]
    outcome: Mapped[str]
    error: Mapped[str | None]
    code: Mapped[int | None]
    milliseconds: Mapped[int]


class SuppressionRow(Base):
    """An address that nothing is sent to any more, by its digest; `source`: bounce, stop or hand."""

    __tablename__ = "suppression"
    digest: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]


class ReportRow(Base):
    """What a provider said of a message or an address; the id is the callback's, so that it counts once."""

    __tablename__ = "channel_report"
    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    word: Mapped[str]
    delivery_id: Mapped[UUID | None]
    digest: Mapped[str | None]
    code: Mapped[int | None]
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class RateRow(Base):
    """Token bucket of a channel: `tokens` that were there at `filled_at`."""

    __tablename__ = "channel_rate"
    channel: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float] = mapped_column(Double)
    filled_at: Mapped[datetime]


def table_of(row: type[Base]) -> Table:
    """Return the plain table of a row class, for statements that go to the database as they are."""
    return cast("Table", row.__table__)
