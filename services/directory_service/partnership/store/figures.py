"""Queries about frozen figures."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import select
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
    return [
        MonthFigures(
            month=row.month,
            state=row.state_code,
            district=row.district_code,
            version=row.version,
            frozen_at=row.frozen_at,
            cells=[FigureCell(**each) for each in row.cells],
        )
        for row in rows
    ]
