"""Tables of the board: items, their answers, who wrote one with a name, what waits sealed, and reports of a breach.

An item's own row has a day and no author, sequence or time. Author and reporter are rows of their own, so that
row-level security keeps them from whoever may read the item. A waiting row has neither day nor place in clear.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base
from directory_service.partnership.domain import board, breaches


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class BoardItem(Base):
    """A concern or an idea. `id` is a UUIDv4; `posted_on` the day in India on which it appeared."""

    __tablename__ = "board_item"
    __table_args__ = (
        CheckConstraint(_in("category", tuple(board.CATEGORIES)), name="category"),
        CheckConstraint(_in("state", board.STATES), name="state"),
        CheckConstraint("(state = 'hidden') = (hide_reason IS NOT NULL)", name="hidden_for_a_reason"),
        Index("board_item_place_idx", "state_code", "district_code", "posted_on"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    state_code: Mapped[int] = mapped_column(ForeignKey("state.code"))
    district_code: Mapped[int | None] = mapped_column(ForeignKey("district.code"))  # None: the state's board
    category: Mapped[str]
    text: Mapped[str]
    posted_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default=sql("'open'"))
    hide_reason: Mapped[str | None]
    with_state: Mapped[bool] = mapped_column(server_default=sql("false"))  # the state's body sees it, too
    version: Mapped[int] = mapped_column(server_default=sql("1"))


class BoardAuthor(Base):
    """Who wrote an item with a name. An item without an author has no such row."""

    __tablename__ = "board_author"
    __table_args__ = (Index("board_author_account_idx", "account_id", "posted_on"),)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("board_item.id"), primary_key=True)
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"))
    posted_on: Mapped[date]


class BoardAnswer(Base):
    """What an organisation says to an item, for its side."""

    __tablename__ = "board_answer"
    __table_args__ = (Index("board_answer_item_idx", "item_id", "answered_on"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("board_item.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    text: Mapped[str]
    answered_on: Mapped[date]
    told: Mapped[bool] = mapped_column(server_default=sql("false"))  # the author knows, where there is one


class BoardKey(Base):
    """The public half of the key of a day; the private half is a file of the worker's, in no database."""

    __tablename__ = "board_key"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date]
    public_key: Mapped[str]


class BoardWaiting(Base):
    """A sealed post or a cover, all of one length. `id` is a UUIDv4, another one after each batch."""

    __tablename__ = "board_waiting"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("board_key.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Breach(Base):
    """A report of a breach. `past_coordinator`: the reporter says that the district's coordinator is in it."""

    __tablename__ = "breach"
    __table_args__ = (
        CheckConstraint(_in("kind", tuple(breaches.KINDS)), name="kind"),
        CheckConstraint(_in("state", breaches.STATES), name="state"),
        Index("breach_place_idx", "state_code", "district_code", "reported_on"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    state_code: Mapped[int] = mapped_column(ForeignKey("state.code"))
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"))
    kind: Mapped[str]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"))
    day: Mapped[date]  # on which it happened
    text: Mapped[str]
    parent_agreed: Mapped[bool]
    past_coordinator: Mapped[bool]
    with_state: Mapped[bool] = mapped_column(server_default=sql("false"))
    reported_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default=sql("'reported'"))
    answer: Mapped[str] = mapped_column(server_default=sql("''"))
    told: Mapped[int] = mapped_column(server_default=sql("0"))  # how far it was told: 1 the coordinator, 2 the state
    version: Mapped[int] = mapped_column(server_default=sql("1"))


class BreachReporter(Base):
    """Who reported a breach with a name."""

    __tablename__ = "breach_reporter"
    breach_id: Mapped[UUID] = mapped_column(ForeignKey("breach.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    reported_on: Mapped[date]


class BreachCount(Base):
    """How many breaches of a kind were reported in a state and a year; written by the worker alone."""

    __tablename__ = "breach_count"
    state_code: Mapped[int] = mapped_column(ForeignKey("state.code"), primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    reported: Mapped[int]
