"""Tables of hosted visits and of what was told of training. A visit holds a number of seats, nobody's name."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class HostedVisit(Base):
    """A unit's visit to a service, on a day in India."""

    __tablename__ = "hosted_visit"
    __table_args__ = (
        CheckConstraint("seats BETWEEN 1 AND 8", name="seats"),
        CheckConstraint("state IN ('asked', 'agreed', 'declined', 'held', 'cancelled')", name="state"),
        Index("hosted_visit_district_idx", "district_code", "day"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    day: Mapped[date]
    seats: Mapped[int]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    asked_at: Mapped[datetime]


class TrainingReminder(Base):
    """The month in which a district was last told that training is due. `month`: its first day."""

    __tablename__ = "training_reminder"
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"), primary_key=True, autoincrement=False)
    id: Mapped[UUID]
    month: Mapped[date]
