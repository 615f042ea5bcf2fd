"""Table definitions of people's choices: what each account chose, and who is away in which role.

Row-level security (migration 0014): choices are their account's; an absence is seen by those who hold the same role in
the same organisation, set and ended by its account, and taken up by a colleague. No name stands here.
"""

from datetime import date, time
from uuid import UUID

from sqlalchemy import Date, Text, Time
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from notification_service.store.tables import Base


class ChoicesRow(Base):
    """What an account chose. `off`: pairs `channel/kind`; quiet hours in Indian time, both or neither."""

    __tablename__ = "choices"
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    off: Mapped[list[str]] = mapped_column(ARRAY(Text))
    quiet_from: Mapped[time | None] = mapped_column(Time)
    quiet_until: Mapped[time | None] = mapped_column(Time)
    language: Mapped[str | None]
    version: Mapped[int]


class AbsenceRow(Base):
    """Days in India on which an account is away in one role; `stand_in` is a colleague's account."""

    __tablename__ = "absence"
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    stand_in: Mapped[UUID | None]
