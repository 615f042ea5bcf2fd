"""Table of frozen figures: the month's suppressed table, as the referral service published it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base
from directory_service.organizations.store.tables import Json


class FrozenFigures(Base):
    """One month of a district, or of a state where `district_code` is None. `cells`: checked, already suppressed."""

    __tablename__ = "frozen_figures"
    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        Index("frozen_figures_district_idx", "district_code", "month"),
    )
    subject: Mapped[str] = mapped_column(primary_key=True)
    state_code: Mapped[int]
    district_code: Mapped[int | None]
    month: Mapped[date]  # its first day
    version: Mapped[int]
    frozen_at: Mapped[datetime]
    cells: Mapped[list[Json]] = mapped_column(JSONB)
