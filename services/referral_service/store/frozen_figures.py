"""Queries of frozen figures: what is told, row by row as it was frozen; nobody changes or deletes one.

Promises: a reader gets the set that is everybody's, unless the set of providers and bodies is asked for, which
row-level security gives to those alone. When not to use it: to count anything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, text, tuple_
from sqlalchemy.orm import Session

from referral_service.domain.figures.cells import EVERYBODY, FigureCell, Figures
from referral_service.store.tables_figures import frozen_figures
from service_kit.clock import Clock
from service_kit.db.engine import Database

FRESH = timedelta(minutes=1)
_MINE = frozen_figures.c
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('frozen figures', 0))")


@dataclass(frozen=True)
class FrozenFigures:
    """Figures, and when they were frozen."""

    figures: Figures
    frozen_at: datetime


def lock_freezing(session: Session) -> None:
    """Let one worker freeze at a time, until the transaction ends."""
    session.execute(_LOCK)


def add_frozen(session: Session, figures: Sequence[Figures], now: datetime) -> None:
    """Write them, once and for all."""
    rows = [
        {
            "audience": each.audience,
            "subject": each.subject,
            "month": each.month,
            "state": each.state,
            "district": each.district,
            "grain": each.grain,
            "need_grain": each.need_grain,
            "frozen_at": now,
            "cells": [list(cell) for cell in each.cells],
        }
        for each in figures
    ]
    if rows:
        session.execute(insert(frozen_figures), rows)


def last_frozen_month(session: Session) -> date | None:
    """The first day of the newest frozen month."""
    newest: date | None = session.scalar(select(func.max(_MINE.month)))
    return newest


def frozen_since(session: Session, month: date) -> Sequence[Figures]:
    """What everybody was told from this month on, the oldest first."""
    query = _of(EVERYBODY).where(_MINE.month >= month).order_by(_MINE.month, _MINE.subject)
    return [_to_frozen(row).figures for row in session.execute(query)]


def frozen_of_place(
    session: Session, *, audience: str, state: int, district: int | None, limit: int
) -> Sequence[FrozenFigures]:
    """Of a district, or of a state where `district` is None; the newest month first."""
    query = _of(audience).where(_MINE.state == state, _MINE.district == district)  # None: IS NULL
    return [_to_frozen(row) for row in session.execute(query.order_by(_MINE.month.desc()).limit(limit))]


def frozen_of_month(
    session: Session, *, audience: str, month: date, states: Collection[int]
) -> Sequence[FrozenFigures]:
    """Of all places of these states, with this month."""
    query = _of(audience).where(_MINE.month == month, _MINE.state.in_(states))
    return [_to_frozen(row) for row in session.execute(query.order_by(_MINE.subject))]


def newest_frozen(session: Session, audience: str) -> Sequence[FrozenFigures]:
    """Of all places, with the newest month."""
    newest = select(func.max(_MINE.month)).where(_MINE.audience == audience).scalar_subquery()
    query = _of(audience).where(_MINE.month == newest).order_by(_MINE.subject)
    return [_to_frozen(row) for row in session.execute(query)]


def list_frozen(
    session: Session,
    *,
    district: int | None,
    state: int | None,
    after: tuple[date, str] | None,
    limit: int,
) -> Sequence[FrozenFigures]:
    """What everybody is told, the newest month first; of a district or a state with its districts, if one is given."""
    query = _of(EVERYBODY)
    if district is not None:
        query = query.where(_MINE.district == district)
    if state is not None:
        query = query.where(_MINE.state == state)
    if after is not None:
        query = query.where(tuple_(_MINE.month, _MINE.subject) < after)
    order = query.order_by(_MINE.month.desc(), _MINE.subject.desc()).limit(limit)
    return [_to_frozen(row) for row in session.execute(order)]


def is_told(session: Session, state: int, district: int | None) -> bool:
    """Whether a month of this place was ever frozen; `district` None: of the state itself."""
    of_place = _of(EVERYBODY).where(_MINE.state == state, _MINE.district == district)  # None: IS NULL
    return bool(session.scalar(select(of_place.exists())))


class PlacesTold:
    """Cache of the places that were ever told of, a minute old at most: the public page offers them at each view.

    Why: they are found by looking at every frozen row, of which each month adds one a district, for good. Promises: at
    most one look-up a minute and process. Not for deciding who may see what; row-level security decides.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._read: tuple[datetime, Sequence[tuple[int, int | None]]] | None = None

    def all(self) -> Sequence[tuple[int, int | None]]:
        """(state, district), LGD codes; district None for a state's own."""
        now, read = self._clock.now(), self._read
        if read is None or now - read[0] >= FRESH:
            query = select(_MINE.state, _MINE.district).where(_MINE.audience == EVERYBODY).distinct()
            rows = self._db.fetch_committed(query)
            self._read = read = now, [(row.state, row.district) for row in rows]
        return read[1]


def _of(audience: str) -> Select[Any]:
    return select(frozen_figures).where(_MINE.audience == audience)


def _to_frozen(row: Row[Any]) -> FrozenFigures:
    cells = [FigureCell(*cell) for cell in row.cells]
    figures = Figures(row.audience, row.state, row.district, row.month, cells, row.grain, row.need_grain)
    return FrozenFigures(figures, row.frozen_at)
