"""Tables of posted strength: how many of a rank a unit has, by when and from where; and a state's words for ranks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class PostedStrength(Base):
    """The newest figure of a unit, scope and rank; a later day replaces it. Counts of posts, nobody's name."""

    __tablename__ = "posted_strength"
    __table_args__ = (
        CheckConstraint("scope IN ('own','with_sub_units')", name="scope"),
        CheckConstraint("posted >= 0", name="posted"),
    )
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[str] = mapped_column(primary_key=True)
    posted: Mapped[int]
    as_of: Mapped[date]
    source: Mapped[str]
    entered_at: Mapped[datetime]


class RankAlias(Base):
    """What a state calls a rank, folded (`domain.ranks.fold_rank`)."""

    __tablename__ = "rank_alias"
    state_code: Mapped[int] = mapped_column(ForeignKey("state.code"), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    rank: Mapped[str]
