"""Table definitions of webhooks: endpoints, messages to them, attempts, and what is known of public facts.

What is not here is the point: no secret (it is derived from the row and the service's own key), no body of an answer,
no payload (it is written anew from the message's few columns), nothing about a person.

Row-level security (migration 0012): all but `public_fact` belong to the endpoint's organisation; a program with a key
sees nothing about referrals.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from notification_service.store.tables import Base


class EndpointRow(Base):
    """Where an organisation's webhooks go. `state`: enabled or disabled, then `reason`: by_hand, gone or failing.

    `generation` counts its secrets; `failing_since` is the first failure after the last success; nothing is sent before
    `paused_until`, while a message is under way or because the endpoint asked for it. A removed one stays as a
    tombstone (`removed_at`).
    """

    __tablename__ = "webhook_endpoint"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    organization_kind: Mapped[str]
    url: Mapped[str]
    description: Mapped[str]
    types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str]
    reason: Mapped[str | None]
    generation: Mapped[int]
    rotated_at: Mapped[datetime | None]
    version: Mapped[int]
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class WebhookRow(Base):
    """One message to one endpoint. `state`: waiting, sending, taken or failed; `error`: why it ended without an answer.

    `subject_id`: the service, organisation or referral; `owner_id`: a service's organisation; `gone`: deleted for good.
    `stopped`: its referral ended, or asks for no contact any more, so it is not sent again.
    """

    __tablename__ = "webhook_message"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID]
    type: Mapped[str]
    subject_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    reference: Mapped[str | None]
    gone: Mapped[bool]
    happened_at: Mapped[datetime]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    correlation_id: Mapped[str]
    state: Mapped[str]
    error: Mapped[str | None]
    version: Mapped[int]
    attempts: Mapped[int]
    retry_from: Mapped[int]
    next_attempt_at: Mapped[datetime]
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    stopped: Mapped[bool] = mapped_column(default=False)


class WebhookAttemptRow(Base):
    """One attempt: the status that came back, or a word for why none did, and how long it took."""

    __tablename__ = "webhook_attempt"
    message_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_message.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    at: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    error: Mapped[str | None]
    milliseconds: Mapped[int]


class PublicFactRow(Base):
    """The newest snapshot seen of a service or an organisation (see `domain/public_facts.py`)."""

    __tablename__ = "public_fact"
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    public: Mapped[bool]
    shown: Mapped[bytes]
    internal: Mapped[bytes]
