"""Table of the tallies of sending, by channel and day; how they are counted: `sending_days.py`."""

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from notification_service.store.tables import Base


class SendingDayRow(Base):
    """One channel's day in India; delays in seconds, from the first try on, of what was taken."""

    __tablename__ = "sending_day"
    channel: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    taken: Mapped[int]
    given_up: Mapped[int]
    half: Mapped[float | None]
    most: Mapped[float | None]
