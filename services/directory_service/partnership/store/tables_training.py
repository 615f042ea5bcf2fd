"""Tables of training: a session, the organisations whose people train, and how many of each rank came.

Nobody's name has a column: a count is a unit's (or of several units together), a rank's and two numbers.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class TrainingSession(Base):
    """A session in a district on a day in India. `topics`: codes of the curriculum.

    `held_by_counts`: it is held by the clock alone, because units counted who came. `said_at`: when the coordinator
    last said that it was held, or took that back; UTC.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
        CheckConstraint("cardinality(topics) > 0", name="topics"),
        Index("training_session_district_idx", "district_code", "day"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"))
    day: Mapped[date]
    place: Mapped[str] = mapped_column(server_default=sql("''"))
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str]
    held_by_counts: Mapped[bool] = mapped_column(server_default=sql("false"))
    said_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=sql("1"))
    created_at: Mapped[datetime]


class TrainingTrainer(Base):
    """An organisation whose people train at a session: a provider and a police unit side by side."""

    __tablename__ = "training_trainer"
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    district_code: Mapped[int]


class TrainingCount(Base):
    """How many of a rank came from a unit; `organization_id` is None where several units were counted together."""

    __tablename__ = "training_count"
    __table_args__ = (
        CheckConstraint("repeat >= 0 AND repeat <= attended AND attended <= 999", name="numbers"),
        Index(
            "training_count_key",
            "session_id",
            "organization_id",
            "rank",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    district_code: Mapped[int]
    rank: Mapped[str]
    attended: Mapped[int]
    repeat: Mapped[int]
    entered_at: Mapped[datetime]
