"""Tables of agreements, their papers, focal points and handovers. A focal point is a post and a duty phone; no name."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base
from directory_service.partnership.domain.agreements import Terms


class Agreement(Base):
    """One version of an agreement of a unit and a provider. `warned`: days ahead of the last warning of its lapse.

    `review_on`: when it is to be reviewed, or was, where `review_closed` says that no other review comes before it
    ends; `reviewed_on`: when it last was; `review_reminded`: days ahead of the last reminder of the one that is due.
    `was_active`: of one that ended, that it was active until then, and no draft that was thrown away.
    `moved_from`, `moved_on`: the district in which it lay before its unit was moved last, until that day in India;
    `moved_from_since`: from which day on, where it had come there by a move, too. `earlier_districts`: those before,
    in order; `earlier_since`, `earlier_until`: from which day on (none for the first), and until which.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'active', 'ended')", name="state"),
        CheckConstraint("from_day < review_on AND review_on <= to_day", name="days"),
        CheckConstraint("(moved_from IS NULL) = (moved_on IS NULL)", name="moved"),
        Index("agreement_district_idx", "district_code"),
        Index("agreement_moved_idx", "moved_from"),
        Index("agreement_provider_idx", "provider_id"),
        Index("agreement_unit_idx", "unit_id"),
        Index("agreement_renewal_key", "renews", unique=True, postgresql_where=text("state <> 'ended'")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    number: Mapped[int]  # the first is 1, a renewal one more
    renews: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"))
    clauses: Mapped[str]
    from_day: Mapped[date]
    to_day: Mapped[date]
    review_on: Mapped[date]
    unit_signed_on: Mapped[date | None]
    provider_signed_on: Mapped[date | None]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    warned: Mapped[int | None]
    reviewed_on: Mapped[date | None]
    review_closed: Mapped[bool] = mapped_column(server_default=text("false"))
    review_reminded: Mapped[int | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    was_active: Mapped[bool] = mapped_column(server_default=text("false"))
    moved_from: Mapped[int | None] = mapped_column(ForeignKey("district.code"))
    moved_on: Mapped[date | None]
    moved_from_since: Mapped[date | None]
    earlier_districts: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    earlier_since: Mapped[list[date | None]] = mapped_column(ARRAY(Date), server_default=text("'{}'"))
    earlier_until: Mapped[list[date]] = mapped_column(ARRAY(Date), server_default=text("'{}'"))

    @property
    def terms(self) -> Terms:
        """Its three days."""
        return Terms(from_day=self.from_day, to_day=self.to_day, review_on=self.review_on)


class AgreementDocument(Base):
    """The signed paper as a PDF."""

    __tablename__ = "agreement_document"
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    district_code: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    sent_at: Mapped[datetime]


class FocalPoint(Base):
    """Whom the other side rings: a post and its duty phone (E.164). It falls vacant when the membership ends.

    `by_coordinator`: the coordinator named it for its side.
    """

    __tablename__ = "focal_point"
    __table_args__ = (
        CheckConstraint("side IN ('unit', 'provider')", name="side"),
        Index("focal_point_agreement_idx", "agreement_id"),
        Index(
            "focal_point_member_key",
            "agreement_id",
            "membership_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("focal_point_membership_idx", "membership_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    district_code: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    side: Mapped[str]
    post: Mapped[str]
    duty_phone: Mapped[str]
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    handover_id: Mapped[UUID | None]
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by_coordinator: Mapped[bool] = mapped_column(server_default=text("false"))


class Handover(Base):
    """A focal point is passed on to a successor, who takes it; after seven days the coordinator sees it.

    `by_coordinator`: the coordinator named the successor for the side. `partner_id`: the other side, for a successor
    who reads no agreement; an older process leaves it out.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "handover_open_key",
            "focal_point_id",
            unique=True,
            postgresql_where=text("taken_at IS NULL AND ended_at IS NULL"),
        ),
        Index("handover_successor_idx", "successor_account"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    district_code: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    focal_point_id: Mapped[UUID] = mapped_column(ForeignKey("focal_point.id"))
    successor_membership: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    successor_account: Mapped[UUID]
    duty_phone: Mapped[str]
    due_on: Mapped[date]
    named_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # before anybody took it
    told_coordinator: Mapped[bool] = mapped_column(server_default=text("false"))
    by_coordinator: Mapped[bool] = mapped_column(server_default=text("false"))
