"""Queries of the unmet need of a coordinator's districts: frozen tables with one dimension each, no row of the tally.

Promises: the views count and let nobody but a coordinator of the district read. When not to use it: to show a count as
it is (`domain/suppression.py`).
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Date, Integer, Text, column, func, select, table
from sqlalchemy.orm import Session

_BY_DISTRICT = table(
    "unmet_by_district", column("month", Date), column("district", Integer), column("answer", Text), column("needs")
)
_BY_NEED = table(
    "unmet_by_need", column("quarter", Date), column("need", Text), column("answer", Text), column("needs")
)


def unmet_by_district(session: Session, month: date, answer: str) -> Mapping[int, int]:
    """LGD code → needs that nobody met in the month that begins on that day."""
    mine = _BY_DISTRICT.c
    query = select(mine.district, func.sum(mine.needs)).where(mine.month == month, mine.answer == answer)
    return {row[0]: int(row[1]) for row in session.execute(query.group_by(mine.district))}


def unmet_by_need(session: Session, quarter: date, answer: str) -> Mapping[str, int]:
    """Need → how often nobody met it in the own districts, in the quarter that begins on that day."""
    mine = _BY_NEED.c
    query = select(mine.need, func.sum(mine.needs)).where(mine.quarter == quarter, mine.answer == answer)
    return {row[0]: int(row[1]) for row in session.execute(query.group_by(mine.need))}
