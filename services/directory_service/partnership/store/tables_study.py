"""Table of answers to study cards: sums alone. No row is about an answer, so none tells when one was given."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class StudyCount(Base):
    """How often a card's check was answered in a district and month. `month`: its first day."""

    __tablename__ = "study_count"
    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("answered > 0", name="answered"),
    )
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"), primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(primary_key=True)
    card: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    passed: Mapped[bool] = mapped_column(primary_key=True)
    answered: Mapped[int]
