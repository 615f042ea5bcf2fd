"""Queries about frozen figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.domain.figures import FigureCell, MonthFigures
from directory_service.partnership.store.tables_figures import FrozenFigures


def put_figures(session: Session, subject: str, figures: MonthFigures) -> None:
    """Write a month's figures, if they are newer than what is here."""
    values = {
        "state_code": figures.state,
        "district_code": figures.district,
        "month": figures.month,
        "version": figures.version,
        "frozen_at": figures.frozen_at,
        "cells": [asdict(cell) for cell in figures.cells],
    }
    statement = insert(FrozenFigures).values(subject=subject, **values)
    newer = FrozenFigures.version < statement.excluded.version
    session.execute(statement.on_conflict_do_update(index_elements=["subject"], set_=values, where=newer))


def figures_until(session: Session, district: int, month: date, months: int) -> Sequence[MonthFigures]:
    """A district's frozen figures of the newest `months` months until this one, the newest first."""
    wanted = select(FrozenFigures).where(FrozenFigures.district_code == district, FrozenFigures.month <= month)
    rows = session.scalars(wanted.order_by(FrozenFigures.month.desc()).limit(months))
    return [_figures(row) for row in rows]


def figures_of_months(
    session: Session, state: int, districts: Collection[int], months: Collection[date]
) -> Mapping[int | None, Mapping[date, MonthFigures]]:
    """District (None: the state's own) → month → its frozen figures."""
    where = or_(FrozenFigures.district_code.in_(districts), FrozenFigures.district_code.is_(None))
    wanted = select(FrozenFigures).where(FrozenFigures.state_code == state, FrozenFigures.month.in_(months), where)
    found: dict[int | None, dict[date, MonthFigures]] = {}
    for row in session.scalars(wanted):
        found.setdefault(row.district_code, {})[row.month] = _figures(row)
    return found


def newest_month(session: Session, districts: Collection[int]) -> date | None:
    """The newest month that is frozen in one of these districts."""
    return session.scalar(select(func.max(FrozenFigures.month)).where(FrozenFigures.district_code.in_(districts)))


def _figures(row: FrozenFigures) -> MonthFigures:
    return MonthFigures(
        month=row.month,
        state=row.state_code,
        district=row.district_code,
        version=row.version,
        frozen_at=row.frozen_at,
        cells=[FigureCell(**each) for each in row.cells],
    )
