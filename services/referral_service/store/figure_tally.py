"""Tallies of figures: rows that are added as things happen, counted when a month is frozen, and gone with its quarter.

Promises: `figure_tally` has a month, a district and a word; no account, unit, referral, day or order of coming. Words
about a person are sealed and opened in memory only: in clear, whoever holds the tables could join them to the referral
that the same transaction wrote. `tally` has what people answered and what nobody offers, by need, day, district and
setting; no account, unit, person or time of day. When not to use it: to show a count (`domain/figures/freeze_month.py`
decides what is told).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, extract, func, select
from sqlalchemy.orm import Session

from referral_service.domain.figures.freeze_month import FigureCounts
from referral_service.domain.figures.frozen_periods import month_after, month_of
from referral_service.domain.figures.tally import OfPerson, Tallied
from referral_service.store.rows import TableRow, insert_rows
from referral_service.store.tables import tally
from referral_service.store.tables_figures import figure_tally
from service_kit.keyring import WrappedKey
from setu.figures import CONSENT, TABLES
from setu.india import day_in_india

UNMET = "unmet"
"""Counted for each need of somebody who said no or took only the card, where no service of the district meets it.

Of a referral it is sealed: whom a need is met for follows from gender and age. So it is of a search that found nobody,
since a referral for something else may follow. Rows of searches from before that are in clear until their quarter is
frozen.
"""
SETTLED_UNMET = "settled-unmet"
"""Counted where a coordinator settles that no service exists: in the tables of providers and bodies alone."""
_MINE, _NEED = figure_tally.c, tally.c
Places = defaultdict[tuple[date, int], Counter[str]]


@dataclass(frozen=True)
class SealedTally:
    """What is counted of one person, or of a search that found nobody.

    Sealed under a key of its own for the row with this random id.
    """

    id: UUID
    key: WrappedKey
    sealed: bytes


def answer_rows(day: date, answer: str, *, needs: Sequence[str], district: int, setting: str) -> Sequence[TableRow]:
    """One for each need."""
    same = {"day": day, "answer": answer, "district": district, "setting": setting}
    return [(tally, {**same, "need": need}) for need in needs]


def tally_rows(counted: Sequence[Tallied], *, at: datetime, district: int) -> Sequence[TableRow]:
    """One row for each, of the month of `at` in India."""
    same = {"month": month_of(day_in_india(at)), "district": district}
    return [(figure_tally, {**same, "counted": each.counted, "minutes": each.minutes}) for each in counted]


def sealed_tally_row(new: SealedTally, *, at: datetime, district: int) -> TableRow:
    """The one of a submission, or of a search."""
    same = {"month": month_of(day_in_india(at)), "district": district}
    key = {"kek_id": new.key.kek_id, "wrapped": new.key.wrapped}
    return figure_tally, {**same, **key, "id": new.id, "sealed": new.sealed}


def add_tallies(session: Session, counted: Sequence[Tallied], *, at: datetime, district: int) -> None:
    """Write them, if there are any."""
    if counted:
        insert_rows(session, tally_rows(counted, at=at, district=district))


def first_tallied_month(session: Session) -> date | None:
    """The first day of the earliest month in which somebody was asked, if it was not dropped.

    What happened to a referral of before the counting begins no month: nothing would be told as sent.
    """
    told = _MINE.counted.in_(TABLES[CONSENT].rows)
    earliest: date | None = session.scalar(select(func.min(_MINE.month)).where(told))
    return earliest


def counts_of(session: Session, months: Sequence[date], open_tally: Callable[[SealedTally], OfPerson]) -> FigureCounts:
    """All that was counted of consecutive months; `open_tally` reads a sealed one."""
    places, minutes = Places(Counter), defaultdict[tuple[date, int], list[int]](list)
    unmet = _needs(session, months, UNMET)
    of_months = select(_MINE.month, _MINE.district, _MINE.counted, func.count()).where(
        _MINE.month.in_(months), _MINE.counted.is_not(None)
    )
    for month, district, counted, number in session.execute(of_months.group_by(*of_months.selected_columns[:3])):
        places[month, district][counted] = number
    sealed = select(figure_tally).where(_MINE.month.in_(months), _MINE.sealed.is_not(None))
    for row in session.execute(sealed):
        told = open_tally(SealedTally(row.id, WrappedKey(row.kek_id, row.wrapped), row.sealed))
        places[row.month, row.district].update(told.words)
        unmet[row.month, row.district].update(told.unmet)
    waited = select(_MINE.month, _MINE.district, _MINE.minutes).where(
        _MINE.month.in_(months), _MINE.minutes.is_not(None)
    )
    for month, district, number in session.execute(waited):
        minutes[month, district].append(number)
    return FigureCounts(places, minutes, unmet, _needs(session, months, SETTLED_UNMET))


def drop_tallies(session: Session, until: date) -> None:
    """Forget what was counted of the months up to this one, and needs that nobody met: their quarter is frozen."""
    session.execute(delete(figure_tally).where(_MINE.month <= until))
    of_needs = (_NEED.answer.in_((UNMET, SETTLED_UNMET)), _NEED.day < month_after(until))
    session.execute(delete(tally).where(*of_needs))


def _needs(session: Session, months: Sequence[date], answer: str) -> Places:
    found = Places(Counter)
    number = extract("month", _NEED.day)
    within = (extract("year", _NEED.day) == months[0].year, number.in_([month.month for month in months]))
    query = select(number, _NEED.district, _NEED.need, func.count()).where(*within, _NEED.answer == answer)
    for month, district, need, times in session.execute(query.group_by(number, _NEED.district, _NEED.need)):
        found[date(months[0].year, int(month), 1), district][need] = times
    return found
